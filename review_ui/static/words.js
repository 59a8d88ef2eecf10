// Words that scripts say: written in Chinese like those of the templates, translated by what the server put into the
// page (nothing for a Chinese page). {names} are filled in.

const translations = JSON.parse(document.querySelector('meta[name="words"]').content);

export function words(text, values = {}) {
  return (translations[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
