#!/bin/sh
# Makes the pacing tables of perf/README.md, in Markdown, from the shipped loop in virtual time (`dialer pacing simulate`) and, where a row says
# so, from the bench (`dialer pacing bench`). A row is printed as soon as it is done.
# usage: perf/pacing-tables.sh [TABLE...] with TABLE of: sizes days cap1 goals policies models         default: all of them
# environment: SEEDS (default 10), FIRST_SEED (30101), DIALER (./dialer), SIZES of sizes and days (default: 5 10 20 50 100 300 1000)
set -eu
cd "$(dirname "$0")/.."
seeds=${SEEDS:-10}
first=${FIRST_SEED:-30101}
dialer=${DIALER:-./dialer}
head_done=

# Runs one scenario of samples/scenarios, or a file; the first column becomes the label.
row() {
    label=$1 scenario=$2 runs=$3
    shift 3
    case $scenario in */*) ;; *) scenario=samples/scenarios/$scenario.json ;; esac
    $dialer pacing simulate --scenario "$scenario" --seed "$first" --seeds "$runs" "$@" >"$out"
    [ -n "$head_done" ] || sed -n '1,2p' "$out"
    head_done=yes
    sed -n '3,$p' "$out" | grep '^|' | sed "1s/^| [^|]*|/| $label |/"
}

table() { head_done=; printf '\n%s\n\n' "$1"; }

sizes() {
    table "Sizes, cap 3 %"
    for n in ${SIZES:-5 10 20 50 100 300 1000}; do
        row "$n agents" "base-$n" "$seeds"
    done
}

# A scenario of twenty agents for another number of them: agents, lines and calls a second in proportion.
scaled() {
    awk -v by="$2" '{
        out = ""
        while (match($0, /"(agents|lines|callsPerSecond)": [0-9]+/)) {
            key = substr($0, RSTART, RLENGTH)
            split(key, part, ": ")
            least = part[1] == "\"lines\"" ? 100 : 1
            value = int(part[2] * by / 20 + 0.5)
            out = out substr($0, 1, RSTART - 1) part[1] ": " (value < least ? least : value)
            $0 = substr($0, RSTART + RLENGTH)
        }
        print out $0
    }' "samples/scenarios/$1.json" >"$out.$1.json"
}

days() {
    for n in ${SIZES:-5 10 20 50 100 300 1000}; do
        table "Days that change, $n agents, cap 3 %"
        for s in hit-drop hit-rise hit-doubles list-switch lunch third-leaves blocks talk-shift ring-shift trunk-outage; do
            scaled "$s" "$n"
            row "$s" "$out.$s.json" "$seeds"
        done
    done
}

cap1() {
    table "Cap 1 %"
    for n in ${SIZES:-5 10 20 50 100}; do row "$n agents" "base-$n" "$seeds" --set optimizeGoal=1; done
}

goals() {
    table "Other goals, cap 3 %"
    row "BusyFactor 60" base-20 4 --set 'optimizeBy="BusyFactor";optimizeGoal=60'
    row "BusyFactor 75" base-20 4 --set 'optimizeBy="BusyFactor";optimizeGoal=75'
    row "BusyFactor 85, 50 agents" base-50 4 --set 'optimizeBy="BusyFactor";optimizeGoal=85'
    row "DistributionTime 60" base-50 4 --set 'optimizeBy="DistributionTime";optimizeGoal=60'
    row "DistributionTime 30" base-50 4 --set 'optimizeBy="DistributionTime";optimizeGoal=30'
    row "DistributionTime 15" base-50 4 --set 'optimizeBy="DistributionTime";optimizeGoal=15'
    row "MaximumGain 30" base-50 4 --set 'optimizeBy="MaximumGain";optimizeGoal=30'
    row "MaximumGain 100" base-50 4 --set 'optimizeBy="MaximumGain";optimizeGoal=100'
}

policies() {
    for n in 10 50; do
        table "Other policies, $n agents"
        row "engine" "base-$n" 4 --policy progressive ratio adaptive erlang
    done
}

models() {
    table "Other models and disturbed events: the bench, 20 agents"
    $dialer pacing bench --scenarios exp,bimodal,heavy,fixed,lowhit,hit80,noamd,long,falsepositives,machinepeople,chances,readytime,readytimes2,patience05,patience5,cps,delay05,delay1,delay3,losses \
        --agents 20 --hours 8 --seeds 4 --first-seed "$first"
}

out=$(mktemp)
trap 'rm -f "$out" "$out".*' EXIT
for name in ${*:-sizes days cap1 goals policies models}; do
    case $name in
        sizes | days | cap1 | goals | policies | models) "$name" ;;
        *) echo "perf/pacing-tables.sh: there is no table $name; there are sizes days cap1 goals policies models" >&2; exit 2 ;;
    esac
done
