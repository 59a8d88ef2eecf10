// Files that are still to be sent, kept by the browser so that a reload does not lose them.

const NAME = "juanzong-mailroom";
const STORE = "files";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = work(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

export const keep = (entry) => run("readwrite", (store) => store.add(entry));

/** Add to what is kept of a file, in one transaction: one that was forgotten meanwhile stays forgotten. */
export const note = (key, more) => run("readwrite", (store) => {
  const asked = store.get(key);
  asked.addEventListener("success", () => asked.result && store.put({ ...asked.result, ...more }, key));
  return asked;
});
export const forget = (key) => run("readwrite", (store) => store.delete(key));

export async function kept(batch) {
  const keys = await run("readonly", (store) => store.getAllKeys());
  const entries = await run("readonly", (store) => store.getAll());
  return entries.map((entry, index) => ({ ...entry, key: keys[index] })).filter((entry) => entry.batch === batch);
}
