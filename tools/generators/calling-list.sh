#!/bin/sh
# Writes a calling list as CSV to standard output: the same rows for the same count and seed, on every machine.
# usage: calling-list.sh ROWS [SEED]
# Numbers are distinct and follow the numbering plan of country code 1; they are made up and must not be dialled.
set -eu
rows=${1:?usage: calling-list.sh ROWS [SEED]}
seed=${2:-1}
LC_ALL=C awk -v rows="$rows" -v seed="$seed" '
function draw(n) { state = (state * 48271) % 2147483647; return state % n }   # Lehmer generator (Park and Miller, 1993)
BEGIN {
    state = (seed * 7919 + 1) % 2147483647; if (state == 0) state = 1
    firsts = split("Ada Ben Carla David Elif Femi Grace Hugo Ines Jonas Kofi Lea Mei Noah Olga Paul Quentin Rosa Sven Tara Uma Vera Wen Xenia Yara Zoe", first, " ")
    lasts = split("Abel Brook Castillo Dimitrov Eriksen Fischer Garcia Haddad Ivanov Jansen Kowalski Lambert Moreau Nguyen Okafor Petrov Quinn Rossi Silva Tanaka", last, " ")
    cities = split("Albany Boston Chicago Denver Elmira Fresno Galveston Houston Irvine Juneau Kansas_City Los_Angeles Miami New_York Omaha Portland", city, " ")
    for (i = 1; i <= cities; i++) gsub("_", " ", city[i])
    print "phone,first_name,last_name,city,balance,visits,note"
    n = (seed * 104729) % 6336000000
    for (i = 1; i <= rows; i++) {
        # The step has no common factor with 6,336,000,000 (792 area codes, 800 exchanges, 10,000 lines): numbers repeat only after all.
        n = (n + 2654435761) % 6336000000
        line = n % 10000; rest = int(n / 10000)
        exchange = 200 + rest % 800; area = int(rest / 800)
        area = 200 + 100 * int(area / 99) + (area % 99 < 11 ? area % 99 : area % 99 + 1)    # no service codes such as 911
        note = draw(10) == 0 ? "\"prefers evenings, \"\"after six\"\"\"" : ""
        printf "(%03d) %03d-%04d,%s,%s,%s,%d.%02d,%d,%s\n", area, exchange, line, first[1 + draw(firsts)], last[1 + draw(lasts)], \
            city[1 + draw(cities)], draw(5000), draw(100), draw(40), note
    }
}'
