#!/bin/sh
# Speaks tools/CpdTrainer/phrases.txt with many voices into FOLDER: one 8 kHz WAV a segment, and index.csv (file,kind,voice,group,position).
# Needs espeak-ng, flite and sox. The audio is for training only.
#   make-speech.sh FOLDER [VOICES_PER_PHRASE] [SEED]
set -eu
folder=$1
per=${2:-6}
seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
awk -F'|' -v per="$per" -v seed="$seed" '
function pick(list,   a, n) { n = split(list, a, " "); return a[int(rand() * n) + 1] }
function choose(list,   a, n) { n = split(list, a, ","); return a[int(rand() * n) + 1] }
function digits(   i, n, text) {
    n = 6 + int(rand() * 5)
    for (i = 1; i <= n; i++) text = text int(rand() * 10) (i == n ? "" : i % 3 == 0 ? ", " : " ")
    return text
}
function fill(text) {
    while (text ~ /\{first\}/) sub(/\{first\}/, choose(firsts), text)
    while (text ~ /\{last\}/) sub(/\{last\}/, choose(lasts), text)
    while (text ~ /\{company\}/) sub(/\{company\}/, choose(companies), text)
    while (text ~ /\{digits\}/) sub(/\{digits\}/, digits(), text)
    while (text ~ /\{day\}/) sub(/\{day\}/, choose("Monday,Tuesday,Thursday,Friday,Saturday"), text)
    return text
}
BEGIN {
    srand(seed)
    variants = "m1 m4 m6 m8 f1 klatt klatt2 klatt4 Annie adam anika belinda benjamin caleb david edward f1 gene grandma grandpa Henrique iven iven2 john linda marcelo max michael miguel mike norbert paul pedro quincy rob robert sandro shelby steph travis victor zac"
    firsts = "Ann,Bob,Karen,Michael,Jo,Elizabeth,Tim,Veronica,Dan,Christopher,Lee,Amanda,Ali,Rosa,Igor,Natalia,Max,Benedict,Sue,Gabriella"
    lasts = "Lee,Hughes,Anderson,Kim,Montgomery,Fox,Patel,Sullivan,Garcia,Novak,Richardson,Wood,Meyer,Rossi,Lindqvist,Hill"
    companies = "Acme,Northern Electric,Hill and Sons,Baker Street Motors,Sunrise Dental,First National Bank,Delta Tools,Green Valley Garden Centre,Rapid Couriers,Hotel Astoria,Blue Cab,Kelly Hair Design,The Corner Shop,Lakeview Property Management"
    base["en"] = "en-us en-us en-gb en-gb-x-rp en-gb-scotland en-029 en-gb-x-gbclan en-gb-x-gbcwmd en-us-nyc"
    base["es"] = "es es-419"; base["pt"] = "pt pt-br"; base["fr"] = "fr-fr fr-be fr-ch"
}
/^#/ || NF < 3 { next }
{
    group++
    n = split($3, part, " / ")
    for (v = 1; v <= per; v++) {
        flite = $2 == "en" && rand() < 0.3
        voice = flite ? pick("slt rms") : (($2 in base ? pick(base[$2]) : $2) "+" pick(variants))
        speed = 125 + int(rand() * 80); pitch = 20 + int(rand() * 60); stretch = 0.85 + rand() * 0.35
        text = fill($3)
        split(text, part, " / ")
        for (i = 1; i <= n; i++) print (flite ? "flite" : "espeak") "|" voice "|" speed "|" pitch "|" stretch "|" $1 "|" group "_" v "|" i "|" part[i]
    }
}' "$here/phrases.txt" > "$folder/plan.txt"
echo "file,kind,voice,group,position" > "$folder/index.csv"
count=0
while IFS='|' read -r engine voice speed pitch stretch kind group position text; do
    count=$((count + 1))
    file=$(printf '%05d.wav' "$count")
    if [ "$engine" = flite ]; then
        flite -voice "$voice" --setf duration_stretch="$stretch" -t "$text" -o "$folder/tmp.wav" < /dev/null 2> /dev/null || continue
    else
        espeak-ng -v "$voice" -s "$speed" -p "$pitch" -w "$folder/tmp.wav" "$text" < /dev/null 2> /dev/null || continue
    fi
    sox -G "$folder/tmp.wav" -r 8000 -c 1 -b 16 "$folder/$file" < /dev/null 2> /dev/null || continue
    echo "$file,$kind,$voice,$group,$position" >> "$folder/index.csv"
done < "$folder/plan.txt"
rm -f "$folder/tmp.wav" "$folder/plan.txt"
