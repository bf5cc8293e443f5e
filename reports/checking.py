"""How anybody checks a month at home: five lines of shell that fetch it, check its digests and add its figures again.

The adding is a small program for `awk`, which every Unix has. It is served beside the reports and can be read; it knows
nothing of this house but the columns of `cells.csv`.
"""

from typing import Final

from reports.month import Month

ADDER: Final = r"""# Adds every printed figure again. Use: awk -f check.awk 2026-10/cells.csv
# A figure "all" must be the sum of its parts; where a part is hidden, the parts that are shown may not be more.
# What was open, came and went must add up. What moved from one row to another moved in and out alike, and stands in no
# "all". Figures of days are not sums and are left out.
BEGIN { FS = "," }
{ sub(/\r$/, "") }
NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
{
  value = $(NF - 1); shown = $NF != "suppressed"; measure = ""; cells++
  if (shown != (value != "")) { print "line " NR ": shown and empty, or hidden and not"; wrong++ }
  for (i = 4; i < NF - 1; i++) if (name[i] == "measure") measure = $i
  if (measure ~ /_days$/ || measure ~ /_percent$/) next
  for (i = 4; i < NF - 1; i++) {
    if ($i == "" || name[i] == "measure" || name[i] == "clock") continue
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
END {
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
  print cells " figures read, " sums + 0 " sums made again, " wrong + 0 " wrong"
  exit wrong > 0
}
"""


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
        "awk -f check.awk $M/cells.csv",
    )
