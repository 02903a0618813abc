#!/bin/sh
# Imports one file with `dialer list import` and with the sqlite3 shell's own .import, in turn, and prints the best of each.
#   bare   the shell, into a table of just the file's columns, without an index or a check
#   whole  the shell, the same rows into our list's own table: all its columns and its indexes
#   dialer list import: numbers to E.164, every field checked, duplicates looked for, all columns and indexes, one flushed commit
# usage: perf/import-benchmark.sh [ROWS] [ROUNDS] [SEED]       environment: DIALER, the command to run (default: ./dialer)
set -eu
cd "$(dirname "$0")/.."
rows=${1:-1000000}
rounds=${2:-3}
seed=${3:-1}
dialer=${DIALER:-./dialer}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fields="--field first_name:varchar --field last_name:varchar --field city:varchar --field balance:float --field visits:int --field note:varchar"

now() { date +%s%N; }
# Runs a command and prints its milliseconds.
clock() { start=$(now); "$@" >"$folder/out" 2>&1 || { cat "$folder/out" >&2; exit 1; }; end=$(now); echo $(((end - start) / 1000000)); }
least() { if [ "$1" -eq 0 ] || [ "$2" -lt "$1" ]; then echo "$2"; else echo "$1"; fi; }
fresh() { rm -f "$folder/$1.db" "$folder/$1.db-wal" "$folder/$1.db-shm"; }

tools/generators/calling-list.sh "$rows" "$seed" >"$folder/list.csv"
# shellcheck disable=SC2086
$dialer list import "$folder/list.csv" --db "$folder/model.db" --list bench $fields >"$folder/out"
sqlite3 "$folder/model.db" ".schema list_bench" >"$folder/whole.sql"
$dialer list export --db "$folder/model.db" --list bench --output "$folder/whole.csv"
bare=0 whole=0 ours=0
for round in $(seq "$rounds"); do
    fresh bare
    sqlite3 "$folder/bare.db" "CREATE TABLE list (phone TEXT, first_name TEXT, last_name TEXT, city TEXT, balance REAL, visits INTEGER, note TEXT)"
    b=$(clock sqlite3 "$folder/bare.db" ".import --csv --skip 1 $folder/list.csv list")
    fresh whole
    sqlite3 "$folder/whole.db" <"$folder/whole.sql"
    w=$(clock sqlite3 "$folder/whole.db" ".import --csv --skip 1 $folder/whole.csv list_bench")
    fresh ours
    # shellcheck disable=SC2086
    o=$(clock $dialer list import "$folder/list.csv" --db "$folder/ours.db" --list bench $fields)
    echo "round $round: bare $b ms, whole $w ms, dialer $o ms"
    bare=$(least "$bare" "$b") whole=$(least "$whole" "$w") ours=$(least "$ours" "$o")
done
echo "rows $rows, best of $rounds:"
echo "  sqlite3 .import, bare table   $bare ms  $((rows * 1000 / bare)) rows/s"
echo "  sqlite3 .import, list's table $whole ms  $((rows * 1000 / whole)) rows/s"
echo "  dialer list import            $ours ms  $((rows * 1000 / ours)) rows/s = $((whole * 100 / ours)) % of the list's table, $((bare * 100 / ours)) % of the bare table"
