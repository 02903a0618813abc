#!/usr/bin/env python3
"""Speaks phrases.txt with many voices into FOLDER: one WAV a segment (at the engine's own rate), and index.csv.

    make-speech.py FOLDER [VOICES_PER_PHRASE] [SEED]

Needs the libraries of Debian's espeak-ng and flite; uses the festival voices that are installed. index.csv has
file,kind,voice,group,position. The audio is for training only.
"""
import array
import ctypes
import os
import random
import re
import subprocess
import sys
import wave

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = ("m1 m4 m6 m8 f1 klatt klatt2 klatt4 Annie adam anika belinda benjamin caleb david edward gene grandma grandpa Henrique iven iven2 "
            "john linda marcelo max michael miguel mike norbert paul pedro quincy rob robert sandro shelby steph travis victor zac").split()
ACCENTS = {
    "en": "en-us en-us en-gb en-gb-x-rp en-gb-scotland en-029 en-gb-x-gbclan en-gb-x-gbcwmd en-us-nyc".split(),
    "es": "es es-419".split(), "pt": "pt pt-br".split(), "fr": "fr-fr fr-be fr-ch".split(),
}
FESTIVAL = {
    "en": ["cmu_us_slt_arctic_hts"], "it": ["lp_diphone", "pc_diphone"], "cs": ["czech_dita", "czech_krb", "czech_machac", "czech_ph"],
    "fi": ["suo_fi_lj_diphone", "hy_fi_mv_diphone"], "ru": ["msu_ru_nsh_clunits"], "hi": ["hindi_NSK_diphone"], "ca": ["upc_ca_ona_hts"],
}


class Espeak:
    """The library, since a process for each of thousands of segments costs more than the speech."""

    def __init__(self):
        self.lib = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.lib.espeak_Initialize(2, 0, None, 0)  # AUDIO_OUTPUT_SYNCHRONOUS
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


def plan(per, rng, seed):
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
                if language == "en" and rng.random() < 0.2:
                    engine, voice = "flite", rng.choice(["slt", "rms"])
                elif own and rng.random() < (0.08 if language == "en" else 0.5):
                    engine, voice = "festival", rng.choice(own)
                else:
                    engine, voice = "espeak", rng.choice(ACCENTS.get(language, [language])) + "+" + rng.choice(VARIANTS)
                speed, pitch = rng.randint(120, 220), rng.randint(15, 85)
                for position, part in enumerate(fill(text, slots, rng).split(" / ")):
                    yield engine, voice, kind, f"{group}_{v}_{seed}", position, speed, pitch, part


def main():
    folder = sys.argv[1]
    per = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    espeak, flite, rng = Espeak(), Flite(), random.Random(seed)
    script, rows = {}, []
    for count, (engine, voice, kind, group, position, speed, pitch, text) in enumerate(plan(per, rng, seed)):
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
