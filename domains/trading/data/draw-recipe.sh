#!/bin/sh
# 用 sha256sum 和 sort 重算一次抽取。  sh draw-recipe.sh FILE  prints who is drawn, in order; nothing of Fadu is needed.
# FILE is the public record of a draw, laid out as it was published: one value a line.
export LC_ALL=C
file=$1
value() { sed -n "s/^  \"$1\": \"\(.*\)\",\{0,1\}$/\1/p" "$file"; }
lines() { sed -n "/^  \"$1\": \[$/,/^  \]/s/^    \"\(.*\)\",\{0,1\}$/\1/p" "$file"; }
hash() { sha256sum | cut -c1-64; }

root=$({ lines rules; lines roster | sort; } | hash)
[ "$root" = "$(value root)" ] || { echo "the list is not the one that was frozen" >&2; exit 1; }
seed=$({ value draw; echo "$root"; lines reveals; value public_value; } | hash)

lines roster | while read -r leaf specialty exclusion weight; do
  j=1
  while [ "$j" -le "$weight" ]; do
    echo "$(printf '%s %s %s' "$seed" "$leaf" "$j" | hash) $leaf $specialty $exclusion"
    j=$((j + 1))
  done
done | sort | awk '!seen[$2]++ { print $2, $3, $4 }' | {
  { lines rules | sed 's/^/rule /'; lines declined | sed 's/^/gone /'; sed 's/^/line /'; } | awk '
    $1 == "rule" && $2 == "take" { take = $3 }
    $1 == "rule" && $2 == "quota" { quota[$3] = $4; quotas = 1 }
    $1 == "gone" { gone[$2] = 1 }
    $1 == "line" && $4 == "-" && !($2 in gone) && n < take {
      if (quotas) { if (quota[$3] < 1) next; quota[$3]-- }
      n++; print $2, $3
    }'
}
