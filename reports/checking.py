"""How anybody checks a month at home: five lines of shell that fetch it, check its digests and add its figures again.

The adding is a small program for `awk`, which every Unix has. It is served beside the reports and can be read; it knows
nothing of this house but the columns of `cells.csv`, of `indicators.csv` and of `indicators_of.csv`.
"""

from typing import Final

from reports.month import Month

ADDER: Final = r"""# Adds every printed figure again. Use: awk -f check.awk 2026-10/*.csv
# A figure "all" must be the sum of its parts; where a part is hidden, the parts that are shown may not be more.
# What was open, came and went must add up. What moved from one row to another moved in and out alike, and stands in no
# "all". Figures of days are not sums and are left out.
# An indicator is the sum of the cells that its row names, over the sum of others. One that looks back over more months
# is made again where the cells of all of them are given as well: awk -f check.awk */cells.csv 2026-10/indicators.csv
BEGIN { FS = "," }
{ sub(/\r$/, "") }
FNR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; indicators = $2 == "indicator"; next }
indicators { row[++rows] = $0; next }
{
  if (FNR == 2) month = $2
  given[month] = 1
  if ($NF == "suppressed") dark[month]++
  place = $1 "/" $3
  for (i = 4; i < NF - 1; i++) if ($i != "") place = place "/" name[i] "=" $i
  figure[$2 "/" ordered(place)] = $(NF - 1)
  value = $(NF - 1); shown = $NF != "suppressed"; measure = ""; cells++
  if (shown != (value != "")) { print "line " NR ": shown and empty, or hidden and not"; wrong++ }
  for (i = 4; i < NF - 1; i++) if (name[i] == "measure") measure = $i
  if (measure ~ /_days$/ || measure ~ /_percent$/) next
  for (i = 4; i < NF - 1; i++) {
    if ($i == "" || (name[i] == "measure" && $1 != "review_times") || name[i] == "clock") continue
    place = ""
    for (j = 1; j < NF - 1; j++) place = place "," (j == i || (measure ~ /^moved_/ && $j == measure) ? "*" : $j)
    if (measure ~ /^moved_/) {
      moves[place] = 1
      if (!shown) some[place] = 1
      between[place] += (($i == "all") == (measure == "moved_in")) ? -value : value
    } else if ($i == "all") { if (shown) whole[place] = value }
    else if (shown) { sum[place] += value; parts[place]++ }
    else { hidden[place]++; parts[place]++ }
  }
  if ($1 == "stock_flow") {
    place = ""
    for (j = 2; j < NF - 1; j++) if (name[j] != "measure") place = place "," $j
    accounts[place] = 1
    if (!shown) unknown[place] = 1
    left[place] += (measure == "closed" || measure == "moved_out" || measure == "closing") ? -value : value
  }
}
function ordered(term,   part, n, i, j, one) {
  n = split(term, part, "/")
  for (i = 4; i <= n; i++) {
    one = part[i]
    for (j = i - 1; j > 2 && part[j] > one; j--) part[j + 1] = part[j]
    part[j + 1] = one
  }
  term = part[1]
  for (i = 2; i <= n; i++) term = term "/" part[i]
  return term
}
function added(terms, months,   term, month, n, m, i, j, place, total) {
  m = split(months, month, " ")
  n = split(terms, term, " ")
  for (i = 1; i <= m; i++) for (j = 1; j <= n; j++) {
    place = month[i] "/" ordered(term[j])
    if (!(place in figure) || figure[place] == "") return ""
    total += figure[place]
  }
  return total + 0
}
function has_all(months,   month, n, i) {
  n = split(months, month, " ")
  for (i = 1; i <= n; i++) if (!(month[i] in given)) return 0
  return n > 0
}
function made_again(line,   col, n, of, share, which) {
  split(line, col, ",")
  if (!has_all(col[9]) || (col[10] == "" && col[2] != "I-25")) { unmade++; return }
  made++
  if (col[2] == "I-25") n = dark[col[9]] + 0
  else n = added(col[10], col[9])
  if (col[11] != "" && n != "") { of = added(col[11], col[9]); if (of == "") n = "" }
  if (n != "" && of != "" && of >= 20) share = int(100 * n / of)
  if (share > 100 && col[6] == 100) share = 100
  if (col[4] "" != n "" || col[5] "" != of "" || col[6] "" != share "" || (n == "") != (col[7] == "suppressed")) {
    which = col[2] (col[13] == "" ? "" : " of " col[13])
    print which ": " col[4] " of " col[5] " (" col[6] "), the cells say " n " of " of " (" share ")"; wrong++
  }
}
END {
  for (i = 1; i <= rows; i++) made_again(row[i])
  for (place in whole) if (place in parts) {
    sums++
    if (sum[place] > whole[place] || (!hidden[place] && sum[place] != whole[place])) {
      print place ": all is " whole[place] ", the parts are " sum[place]; wrong++
    }
  }
  for (place in moves) if (!(place in some)) {
    sums++
    if (between[place] != 0) { print place ": what moved in from other rows did not move out of them"; wrong++ }
  }
  for (place in accounts) if (!(place in unknown)) {
    sums++
    if (left[place] != 0) { print place ": what was open, came and went does not add up"; wrong++ }
  }
  if (rows) print made + 0 " indicators made again; " unmade + 0 " not: of more months, or no sum of cells"
  print cells " figures read, " sums + 0 " sums made again, " wrong + 0 " wrong"
  exit wrong > 0
}
"""


def signature_lines() -> tuple[str, ...]:
    """Write the two lines that check who signed a month, for whoever ran the five before.

    OpenSSL 3 or later (RFC 8032: the document itself is signed, not a digest of it).
    """
    return (
        'curl -fsS -o $M.sig "$B/$M/signature" -o key.pem "$B/key.pem"',
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in $M.json -sigfile $M.sig",
    )


def lines(base: str, month: Month) -> tuple[str, ...]:
    """Write the five lines for a month; `base` is the public address of this deployment.

    Each ends in failure when something does not agree, and says what.
    """
    base = base.rstrip("/")
    return (
        f"B={base}/reports M={month}",
        'curl -fsS -O "$B/$M.sha256" -O "$B/check.awk"',
        'while read -r sum file; do curl -fsS --create-dirs -o "$file" "$B/$file"; done < $M.sha256',
        "sha256sum -c $M.sha256",
        "awk -f check.awk $M/*.csv",
    )
