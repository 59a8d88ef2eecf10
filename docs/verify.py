#!/usr/bin/env python3
"""Check a certificate (存证证明): python3 verify.py CERTIFICATE.json [FILE ...] [--log=ID] [--consistency=FILE]."""

import hashlib  # Python 3.8 or later, its standard library only, no network; each step is explained in verify.md
import json
import sys
from pathlib import Path

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)
SCHEMAS = ("juanzong.certificate/1", "juanzong.leaf/1")
results = []


def say(holds, chinese, english, detail=""):
    """Print a step; ``None`` is a step that was not done."""
    results.append(holds)
    print({True: "[ 成立 OK ]", False: "[不成立 NO]", None: "[未核验 --]"}[holds], chinese, "/", english, detail)


def add(p, q):
    """Add two points of the curve (RFC 8032, section 5.1.4, in affine coordinates)."""
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P


def times(n, p):
    """Return n times the point p."""
    rest = times(n >> 1, add(p, p)) if n else (0, 1)
    return add(rest, p) if n & 1 else rest


def point(data):
    """Decode a point (RFC 8032, section 5.1.3)."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if len(data) != 32 or y >= P or x * x % P != square or (x == 0 and sign):
        raise ValueError("no point of the curve")
    return x if x & 1 == sign else P - x, y


def signed(public, part):
    """Return whether the Ed25519 signature of ``part`` over its text holds (RFC 8032, section 5.1.7)."""
    key, signature = bytes.fromhex(public), bytes.fromhex(part["signature"])
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + part["text"].encode()).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return len(signature) == 64 and s < L and times(s, base) == add(point(r), times(k, point(key)))


def climb(index, last, start, path):
    """Climb from a node to the root (RFC 9162, sections 2.1.3.2 and 2.1.4.2): root of the older tree, of the newer."""
    older = newer = start
    for sibling in map(bytes.fromhex, path):
        if last == 0:
            return None
        if index & 1 or index == last:
            older, newer = (hashlib.sha256(b"\1" + sibling + value).digest() for value in (older, newer))
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            newer = hashlib.sha256(b"\1" + newer + sibling).digest()
        index, last = index >> 1, last >> 1
    return (older.hex(), newer.hex()) if last == 0 else None


def consistent(old, new, path):
    """Return whether the tree of the head ``new`` begins with that of ``old`` (RFC 9162, section 2.1.4.2)."""
    if old["size"] == new["size"]:
        return old["root"] == new["root"] and not path
    index, last = old["size"] - 1, new["size"] - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    path = path if index else [old["root"], *path]  # a complete tree is a node of the newer one: its root begins
    roots = climb(index, last, bytes.fromhex(path[0]), path[1:])
    return 0 < old["size"] < new["size"] and roots == (old["root"], new["root"])


def check_head(part, chain, log):
    """Check that each key is signed by the one before it, and the head by one of them; return what the head states."""
    keys, before, head = {}, None, json.loads(part["text"])
    for link in chain:
        key = json.loads(link["text"])
        name = hashlib.sha256(bytes.fromhex(key["public_key"])).hexdigest()
        holds = key["schema"] == "juanzong.key/1" and key["previous"] == before
        say(holds and signed(keys.get(before, key["public_key"]), link), "密钥由上一把签发", "key is signed", name)
        keys[name], before = key["public_key"], name
    holds = head["schema"] == "juanzong.head/1" and head["key"] in keys and head["log"] == next(iter(keys)) == log
    say(holds and signed(keys[head["key"]], part), "树头签名", "tree head is signed", f"{head['at']}, {head['size']}")
    return head


def check_filing(proof, head):
    """Check manifest, leaf and tree, and that the certificate says what they say; return the files by SHA-256."""
    leaf, manifest, place = json.loads(proof["leaf"]), json.loads(proof["manifest"]), proof["inclusion"]
    start = hashlib.sha256(b"\0" + proof["leaf"].encode()).digest()
    roots = climb(place["index"], head["size"] - 1, start, place["path"]) or ("", "")
    holds = 0 <= place["index"] < place["size"] == head["size"] and place["leaf_hash"] == start.hex()
    holds = holds and (proof["schema"], leaf["schema"]) == SCHEMAS and roots[1] == head["root"]
    say(holds, "归档在树头之内", "filing is in the tree", place["index"])
    holds = hashlib.sha256(proof["manifest"].encode()).hexdigest() == leaf["manifest_sha256"]
    say(holds, "清单在归档之内", "manifest is what was filed", leaf["manifest_sha256"])
    case = dict(manifest["case"], name=manifest["case_number"] + ".json", role="case")
    listed = [dict(o, role="original") for o in manifest["originals"]] + manifest["derivatives"] + [case]
    files = [{n: f[n] for n in ("role", "name", "sha256", "sm3", "size")} for f in listed]
    stated = {n: manifest[n] for n in ("case_id", "case_number", "revision")}
    same = all(proof[name] == value and leaf.get(name, value) == value for name, value in stated.items())
    same = same and proof["files"] == files and proof["filed_at"] == leaf["filed_at"]
    say(same, "证明与清单一致", "certificate says what the manifest says", [*stated.values(), leaf["filed_at"]])
    return {f["sha256"]: f for f in files}


def check_file(path, files):
    """Check that a file is one of those filed."""
    data = Path(path).read_bytes()
    found = files.get(hashlib.sha256(data).hexdigest(), {"name": None})
    say("sha256" in found, "文件 SHA-256", "file", f"{path} = {found['name']}")
    sm3 = hashlib.new("sm3", data).hexdigest() if "sm3" in hashlib.algorithms_available else None
    say(sm3 == found.get("sm3") if sm3 else None, "文件 SM3", "file, SM3", sm3 or "此 Python 没有 SM3 / none here")


def main(paths, log=None, consistency=None):
    """Check what the command line names."""
    proof = json.loads(Path(paths[0]).read_bytes())
    say(True if log else None, "日志编号是所公布的", "log id is the published one (--log=)", log or "")
    log = log or json.loads(proof["head"]["text"])["log"]
    files = check_filing(proof, head := check_head(proof["head"], proof["keys"], log))
    for path in paths[1:]:
        check_file(path, files)
    if consistency:
        other = json.loads(Path(consistency).read_bytes())
        heads = [check_head(other[name], other["keys"], log) for name in ("older", "newer")]
        ours = (head["size"], head["root"]) in [(h["size"], h["root"]) for h in heads]
        say(ours and consistent(*heads, other["path"]), "两个树头一致", "log only grew from head to head")
    if proof["stamp"]:
        digest = hashlib.sha256(proof["head"]["text"].encode()).hexdigest()
        holds = None if digest in proof["stamp"]["response"] else False
        say(holds, "时间戳的签名（用 openssl 核验）", "signature of the time stamp (check with openssl)", digest)
    sys.exit(1 if False in results else 0)


if __name__ == "__main__":
    sys.excepthook = lambda kind, error, trace: print("[无法读取 NO] unreadable:", kind.__name__, error)
    sys.stdout.reconfigure(errors="replace")  # a terminal that has no Chinese
    given = [a for a in sys.argv[1:] if not a.startswith("--")]
    main(given or sys.exit(__doc__), **dict(a[2:].split("=", 1) for a in sys.argv[1:] if a.startswith("--")))
