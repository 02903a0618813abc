#!/usr/bin/env python3
"""Speaks phrases.txt with many voices into FOLDER: one WAV a segment (at the engine's own rate), and index.csv.

    make-speech.py FOLDER [VOICES_PER_PHRASE] [SEED] [strangers|known|invented]

Needs Debian's espeak-ng and libflite1; uses the festival voices that are installed. Most espeak-ng voices are drawn: formants, pitch and
its range, breath and roughness of every one are its own, so that two seeds share none. With "strangers" there is no voice but those, with "known" none of them. With "invented" strangers speak
languages that do not exist: as long as the phrases, word by word, but nothing in them can be understood, so that only how people and machines talk is left.
index.csv has file,kind,voice,group,position. The audio is for training only.
"""
import array
import ctypes
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import wave

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = ("m6 m8 klatt klatt2 klatt4 Annie adam anika belinda benjamin caleb david edward gene grandma grandpa Henrique iven iven2 "
            "john linda marcelo max michael miguel mike norbert paul pedro quincy rob robert sandro shelby steph travis victor zac").split()
DRAWN = 80
ACCENTS = {
    "en": "en-us en-us en en en-gb-x-rp en-gb-scotland en-029 en-gb-x-gbclan en-gb-x-gbcwmd en-us-nyc".split(),
    "es": "es es-419".split(), "pt": "pt pt-br".split(), "fr": "fr fr fr-be fr-ch".split(),
}
READERS = "de it nl sv da nb pl cs sk hr ro hu fi et lv lt tr id sw eo la".split()  # of Latin letters
FESTIVAL = {
    "en": ["cmu_us_slt_arctic_hts"], "it": ["lp_diphone", "pc_diphone"], "cs": ["czech_dita", "czech_krb", "czech_machac", "czech_ph"],
    "fi": ["suo_fi_lj_diphone", "hy_fi_mv_diphone"], "ru": ["msu_ru_nsh_clunits"], "hi": ["hindi_NSK_diphone"], "ca": ["upc_ca_ona_hts"],
}


def draw(rng):
    """A variant of espeak-ng (docs/voices.md of that project): somebody who was never heard before."""
    size = rng.uniform(0.84, 1.24)  # of the vocal tract: men to children
    pitch = int(min(max(95 * size ** 3.2 * rng.uniform(0.75, 1.35), 55), 290))
    lines = ["language variant", "name drawn", f"pitch {pitch} {int(pitch * rng.uniform(1.1, 2.1))}"]
    for formant in range(9):
        frequency = int(100 * size * rng.uniform(0.92, 1.08))
        height = int(rng.uniform(65, 120) if formant < 4 else rng.uniform(40, 120))
        lines.append(f"formant {formant} {frequency} {height} {int(rng.uniform(70, 160))}")
    if rng.random() < 0.6:
        lines.append(f"flutter {rng.randint(0, 8)}")
    if rng.random() < 0.5:
        lines.append(f"roughness {rng.randint(0, 5)}")
    lines.append(f"voicing {rng.randint(70, 130)}")
    lines.append(f"consonants {rng.randint(50, 150)} {rng.randint(50, 150)}")
    if rng.random() < 0.4:
        lines.append("breath " + " ".join(str(rng.randint(0, 6)) for _ in range(8)))
    if rng.random() < 0.3:
        lines.append(f"echo {rng.randint(20, 140)} {rng.randint(5, 25)}")
    if rng.random() < 0.4:
        lines.append(f"tone {rng.randint(100, 500)} {rng.randint(100, 255)} {rng.randint(900, 1600)} {rng.randint(40, 200)} 2500 {rng.randint(10, 150)}")
    if rng.random() < 0.3:
        lines.append(f"intonation {rng.randint(1, 4)}")
    if rng.random() < 0.12:
        lines.append(f"klatt {rng.randint(1, 4)}")
    return "\n".join(lines) + "\n"


class Espeak:
    """The library, since a process for each of thousands of segments costs more than the speech."""

    def __init__(self, drawn):
        self.lib = ctypes.CDLL("libespeak-ng.so.1")
        self.folder = tempfile.TemporaryDirectory()
        data = os.path.join(self.folder.name, "espeak-ng-data")
        version = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
        shutil.copytree(version.split("Data at: ")[1].strip(), data)
        variants = os.path.join(data, "voices", "!v")
        for name in set(os.listdir(variants)) - set(VARIANTS):
            os.remove(os.path.join(variants, name))  # the library lists 349 voices at most
        for name, text in drawn.items():
            with open(os.path.join(variants, name), "w", encoding="utf-8") as out:
                out.write(text)
        self.rate = self.lib.espeak_Initialize(2, 0, self.folder.name.encode(), 0)  # AUDIO_OUTPUT_SYNCHRONOUS
        self.samples = array.array("h")
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self.callback = kind(self.take)
        self.lib.espeak_SetSynthCallback(self.callback)

    def take(self, wav, count, _events):
        if wav and count > 0:
            self.samples.frombytes(ctypes.string_at(wav, 2 * count))
        return 0

    def speak(self, voice, speed, pitch, text, file):
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            return False
        self.samples = array.array("h")
        self.lib.espeak_SetParameter(1, speed, 0)
        self.lib.espeak_SetParameter(3, pitch, 0)
        data = text.encode() + b"\0"
        self.lib.espeak_Synth(data, len(data), 0, 1, 0, 1, None, None)  # espeakCHARS_UTF8
        self.lib.espeak_Synchronize()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(self.rate)
            out.writeframes(self.samples.tobytes())
        return len(self.samples) > 800


class Flite:
    def __init__(self):
        self.lib = ctypes.CDLL("libflite.so.1")
        self.lib.flite_init()
        self.voices = {}
        for name in ("slt", "rms"):
            register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
            register.restype = ctypes.c_void_p
            self.voices[name] = ctypes.c_void_p(register(None))
        self.lib.flite_text_to_speech.restype = ctypes.c_float

    def speak(self, voice, text, file):
        return self.lib.flite_text_to_speech(text.encode(), self.voices[voice], file.encode()) > 0.1


def invent(rng):
    """A language that does not exist: returns what says a phrase in it, as many syllables and words as the phrase has."""
    onsets = rng.sample("b c d f g h j k l m n p r s t v w z ch sh th br dr kl pr st tr".split(), rng.randint(6, 16)) + [""] * rng.randint(0, 3)
    vowels = rng.sample("a e i o u ai au ei ou ee oo ia".split(), rng.randint(3, 8))
    codas = [""] * rng.randint(2, 8) + rng.sample("n m s r l t k nd st".split(), rng.randint(0, 5))

    def word(match):
        vowel_groups = len(re.findall("[aeiouyàáâäåæèéêëìíîïòóôöøùúûüąęıőűаеёиоуыэюя]+", match[0].lower()))
        count = vowel_groups or (len(match[0]) + 1) // 2  # of other scripts two letters are taken for a syllable
        return "".join(rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(min(count, 8)))

    return lambda phrase: re.sub(r"(?:[^\W_]|[\u0900-\u0dff])+", word, phrase)


def fill(text, slots, rng):
    for _ in range(40):
        found = re.search(r"\{([a-z]+)\}", text)
        if not found:
            break
        if found[1] == "digits":
            count = rng.randint(6, 10)
            chosen = " ".join(str(rng.randint(0, 9)) + ("," if i % 3 == 2 and i < count - 1 else "") for i in range(count))
        else:
            chosen = rng.choice(slots[found[1]])
        text = text[:found.start()] + chosen + text[found.end():]
    return text


def plan(per, rng, seed, drawn, who):
    """Yields engine, voice, kind, group, position, text."""
    try:
        installed = subprocess.run(["festival", "-b", "(print (voice.list))"], capture_output=True, text=True, check=True).stdout.strip(" ()\n").split()
    except (OSError, subprocess.CalledProcessError):
        installed = []
    slots, group = {}, 0
    with open(os.path.join(HERE, "phrases.txt"), encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("|")
            if len(cells) < 3 or line.startswith("#"):
                continue
            if cells[0] == "slot":
                slots[cells[1]] = cells[2].split(";")
                continue
            kind, language, text = cells
            group += 1
            own = [v for v in FESTIVAL.get(language, []) if v in installed]
            for v in range(per):
                say = str
                if who == "strangers":
                    engine, voice = "espeak", rng.choice(ACCENTS.get(language, [language])) + "+" + rng.choice(drawn)
                elif who == "invented":
                    engine, voice = "espeak", rng.choice(rng.choice(list(ACCENTS.values())) + READERS) + "+" + rng.choice(drawn)
                    say = invent(rng)
                elif language == "en" and rng.random() < 0.12:
                    engine, voice = "flite", rng.choice(["slt", "rms"])
                elif own and rng.random() < (0.08 if language == "en" else 0.5):
                    engine, voice = "festival", rng.choice(own)
                else:
                    engine, voice = "espeak", rng.choice(ACCENTS.get(language, [language])) + "+" + rng.choice(VARIANTS if who == "known" or rng.random() < 0.25 else drawn)
                speed, pitch = rng.randint(120, 220), rng.randint(15, 85)
                for position, part in enumerate(fill(text, slots, rng).split(" / ")):
                    yield engine, voice, kind, f"{group}_{v}_{seed}", position, speed, pitch, say(part)


def main():
    folder = sys.argv[1]
    per = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(seed)
    drawn = {f"drawn{seed}x{n}": draw(rng) for n in range(DRAWN)}
    espeak, flite = Espeak(drawn), Flite()
    script, rows = {}, []
    for count, (engine, voice, kind, group, position, speed, pitch, text) in enumerate(plan(per, rng, seed, list(drawn), sys.argv[4] if len(sys.argv) > 4 else "")):
        name = f"{count:05}.wav"
        file = os.path.join(folder, name)
        if engine == "festival":
            clean = re.sub(r'["\\]', "", text)
            script.setdefault(voice, []).append(
                f'(Parameter.set \'Duration_Stretch {150 / speed:.2f})(unwind-protect (utt.save.wave (utt.synth (Utterance Text "{clean}")) "{file}" \'riff))')
        elif not (flite.speak(voice, text, file) if engine == "flite" else espeak.speak(voice, speed, pitch, text, file)):
            continue
        rows.append((name, kind, voice, group, position))
    for voice, commands in script.items():
        with open(os.path.join(folder, "plan.scm"), "w", encoding="utf-8") as out:
            out.write(f"(voice_{voice})\n" + "\n".join(commands) + "\n")
        subprocess.run(["festival", "-b", os.path.join(folder, "plan.scm")], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        os.remove(os.path.join(folder, "plan.scm"))
    with open(os.path.join(folder, "index.csv"), "w", encoding="utf-8") as out:
        out.write("file,kind,voice,group,position\n")
        out.writelines(",".join(map(str, row)) + "\n" for row in rows if os.path.exists(os.path.join(folder, row[0])))


if __name__ == "__main__":
    main()
