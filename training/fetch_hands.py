"""Fetch more faces for `training/hand_crops.py`: `python -m training.fetch_hands` (after `training.fetch_fonts`).

Only the training of networks that tell a hand from print needs them; the sample pages are made without. They come from
npm, pinned by SHA-256, into the ignored folder training/fonts/.
"""

import sys

from training.fetch_fonts import FONT_FOLDER, fetch

HANDS = {
    "klee-one": ("5.3.0", "japanese-400", "b816e39f3ab33d66172a6bb0492711dfc6bfb20e59e7e3282267ce48da30ef6a"),
    "yomogi": ("5.3.0", "japanese-400", "db1cc83484c6552df59b9c22f2f4725ceaad79875d90f42dcc9268a5c35d5080"),
    "zen-kurenaido": ("5.3.0", "japanese-400", "f8a7fb316996b6d8a7daa9faf3a5f8baab1622cdca9e2aec4af807036ddb2fa4"),
    "yusei-magic": ("5.3.0", "japanese-400", "f752e070375427a719f719629f7af78b64d24a6fd7bea7041d8b6b72e2bcc6a0"),
    "slackside-one": ("5.3.0", "japanese-400", "32ad63c4e407184cbca0140175535ef124294be075be346f6ccb993ac79be199"),
    "hachi-maru-pop": ("5.3.0", "japanese-400", "10f8789329e00597f5f4ae91f8fc1408c22b3b132a6de54b4b08c2f8d3e2b9c3"),
    "yuji-boku": ("5.3.0", "japanese-400", "0c7ef4b23f15a61946dcb1250c65e97cb835867828c2ed84c0722853598b6412"),
    "nanum-pen-script": ("5.3.0", "latin-400", "91c7118b1d68e8ab576addbae76351857cf5c3656b7ee496c51fe16f01258a44"),
    "kalam": ("5.3.0", "latin-400", "0aaf22523f3c57ae19f32c4f4df0d43d6efd01b7563a19cf4ed818cd5601426d"),
    "indie-flower": ("5.3.0", "latin-400", "be380503f1e2c5ef08b8399a28f8cb2f1725527db2cb6aacec3037c2bd1b9083"),
    "shadows-into-light": ("5.3.0", "latin-400", "0885aefd34c65bd79207cffff0771ae0527f227a202bc850f8cf9a12257fc7f1"),
    "homemade-apple": ("5.3.0", "latin-400", "0ad668da20f63bd47bb32c86e160a7cae8ef0f2e1844c405bc40e278c86b91d0"),
    "cedarville-cursive": ("5.3.0", "latin-400", "dd07000aae10231af25d83ab5ea2c53a22a8c20d8eccc137d6e5798a55edc80e"),
    "la-belle-aurore": ("5.3.0", "latin-400", "48be5aefc80ad78aa9b2b1c992dd65678235c2496ae2a88f694e594ab9d7abed"),
    "nothing-you-could-do": ("5.3.0", "latin-400", "dac48ef024df5e754bf8586157d73d0dba139d6353f28b9ec6de77b0dadf0add"),
    "rock-salt": ("5.3.0", "latin-400", "c298a87c9a667bcd034b4a5c87430394a0d9bdc03ff6182eaacac2abb868db57"),
    "architects-daughter": ("5.3.0", "latin-400", "791d2009fbdc46ca3eb942c27c62c0ee353668cd290dfad17f401b8488c727a1"),
}
PRINT = {
    "shippori-mincho": ("5.3.0", "japanese-500", "22c8154e6b1eb3bd18b61fdac96f87f5a7c36c8c19ce8975cc9ec4c7bba2cfc7"),
    "zcool-xiaowei": (
        "5.3.0",
        "chinese-simplified-400",
        "da63bdd0b1fe09ca18433ced3033c0ecbcffcfdca09c021206e8076822d28720",
    ),
}


def main() -> int:
    """Fetch every face."""
    FONT_FOLDER.mkdir(exist_ok=True)
    for name in HANDS | PRINT:
        sys.stdout.write(f"{fetch(name, FONT_FOLDER, HANDS | PRINT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
