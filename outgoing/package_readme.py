"""The README of a package: how to read and to check it without Juanzong, in Chinese and in English."""

from __future__ import annotations

from storage.packages.index import PackageIndex


def package_readme(index: PackageIndex, without_copy: tuple[str, ...]) -> bytes:
    """Return the text.

    Args:
        index: of the package.
        without_copy: documents of which no searchable copy could be made, with the reason.
    """
    names = "\n".join(f"- `{index.object(f.key).path}`: {f.name}" for f in index.files)
    lacking = "".join(f"- {line}\n" for line in without_copy)
    note = f"\n没有检索副本的材料 / Documents without a searchable copy:\n\n{lacking}" if lacking else ""
    return _TEXT.format(
        number=index.case.number,
        names=names,
        note=note,
        size=index.log.size,
        root=index.log.root,
        log=index.log.id,
    ).encode()


_TEXT = """# {number}

本文件夹是一个投诉案件的档案资料包，格式为 BagIt 1.0（RFC 8493）。不需要任何专门软件即可阅读和校验。
This folder is the archive package of one complaint case, in the format BagIt 1.0 (RFC 8493). It can be read and
checked without any special software.

## 内容 / What is where

| 路径 path | 内容 | content |
|---|---|---|
| `data/originals/` | 原件，字节与收到时相同 | originals, byte for byte as received |
| `data/derivatives/` | 检索副本：图像不变，文字含人工改正 | searchable copies: picture as it is, text as corrected |
| `data/case/case.json` | 案件内容，格式 juanzong.case/1 | the case, schema juanzong.case/1 |
| `data/case/revisions/` | 案件记录各版，按保存时的字节 | every revision of the case, the bytes as stored |
| `data/case/decisions.jsonl` | 人工决定，每行一条 | decisions of persons, one a line |
| `data/case/texts.json` | 各页识读文字 | text read on every page |
| `data/filings/N/` | 第 N 号归档：清单、叶 `leaf.json`、证明 `proof.json` | filing N: manifest, leaf, proof |
| `data/acts/N/` | 存证日志中关于本案的其他叶（例如法定保留） | other leaves that name the case, for example holds |
| `data/notices/` | 出具的文书 | notices sent |
| `data/premis.xml` | 全过程事件（PREMIS 3 用语） | events, in the words of PREMIS 3 |
| `data/package.json` | 索引：各部分如何对应 | index: how the parts belong together |
| `report/` | 打包时的四性检测报告 | report on authenticity, integrity, usability, security |
| `manifest-sha256.txt`, `manifest-sm3.txt` | 全部数据文件的哈希 | digests of all files below `data/` |
| `tagmanifest-*.txt` | 其余文件的哈希 | digests of the other files |

原件的原名 / Original names:

{names}
{note}
检索副本是普通 PDF，未声称符合 PDF/A。
The searchable copies are plain PDF; conformance to PDF/A is not claimed.

## 校验 / How to check

1. 哈希 / Digests (Linux, macOS): `sha256sum -c manifest-sha256.txt`, `sha256sum -c tagmanifest-sha256.txt`.
   SM3: `openssl dgst -sm3 FILE` 与 `manifest-sm3.txt` 比对 / compare with `manifest-sm3.txt`.
   任何 BagIt 校验工具也可使用 / any BagIt validator will do, for example `python -m bagit --validate .`.
2. 资料包的身份是 `tagmanifest-sha256.txt` 的 SHA-256 与 SM3，移交清单上应有同样的值。
   The package is identified by SHA-256 and SM3 of `tagmanifest-sha256.txt`; the transfer list must show the same.
3. 存证 / Proof (RFC 9162): 叶哈希 leaf hash = SHA-256(0x00 || `leaf.json`)；沿 `proof.json` 的 `path`，
   按 2.1.3.2 节以 SHA-256(0x01 || 左 left || 右 right) 逐级合并，应得到 `root_hash`。叶中的 `manifest_sha256`
   应等于同一文件夹内清单文件的 SHA-256，清单再列出每个对象的 SHA-256 与 SM3。
   Fold the leaf hash with `path` as in section 2.1.3.2; the result must be `root_hash`. `manifest_sha256` in the leaf
   is the SHA-256 of the manifest in the same folder, which lists SHA-256 and SM3 of every object.

   存证日志 log: `{log}`
   叶数 size: {size}
   根 root: `{root}`

   这个根应与打包单位另行公布或签署的根相符；资料包自身不能证明这一点。
   This root must agree with one that the archive published or signed elsewhere; no package can prove that of itself.
"""
