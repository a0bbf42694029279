/** Longer help, by its topic: what `delete-conformance help TOPIC` prints. */
export const HELP_TOPICS: Readonly<Record<string, string>> = {
  verdicts: `Verdicts of a requirement
  passed        it was judged, and nothing was wrong
  failed        a MUST is violated: the server contradicts the document, or what a deletion means
  warned        a SHOULD is violated; --strict counts it as a failure
  inconclusive  it could not be judged; the report says why, or names the finding that blocks it
  inapplicable  the server or the document lacks what it needs, it was never observed, or nothing of it is safe here

Verdicts of a run, and exit codes
  0    conforming: no MUST is violated, nothing is undecided, and the documented statuses of
       a deletion and of a missing file were seen. With --only, --skip or --read-only: the selected part passed.
  1    non-conforming: a MUST is violated (with --strict, a SHOULD too)
  2    wrong usage or configuration; nothing was tested
  3    inconclusive: not reached, credentials refused, no files to delete, cut off
  4    a fault of this program
  130  interrupted; the files of the run were removed, or are named

With a gate (--baseline, --waivers), the gate decides the exit code: see "help gate".
One cause is one finding: a requirement that a finding blocks is counted as blocked, not as failed.`,

  safety: `A run deletes nothing that is not its own
  What is deleted   files that the run uploaded, files that you provide (--files), and ids that nobody can have.
  Ids               the run uploads eight files and compares their ids. Counters, times and short ids can be
                    guessed: then ids that resemble them are not sent. The report says what was kept back.
  Careless servers  before it sends an id, the run simulates servers that trim it, decode it twice, or read it as
                    a pattern or a number. If one of them would delete somebody else's file, it is not sent.
  Damage check      files of others in the list are looked for again at the end.
  Clean-up          every file is in a ledger on disk first; it is removed at the end, after Ctrl-C, and by
                    "cleanup LEDGER -t URL" after a crash. At most 32 exist at once (--max-live).
  Credentials       are in no report, ledger, message or evidence, however a server spells them.

How careful to be
  --plan        shows what would be sent, and sends nothing
  doctor        at most twelve requests, all files removed
  --read-only   uploads nothing, deletes nothing that exists: for a first look at production
  (default)     safe beside other people's files
  --disposable  no file on the target matters: sends ids that could be somebody's`,

  gate: `A gate accepts known violations, and nothing else
  --baseline FILE                    an earlier report.json: its violations are known, anything new fails
  --baseline FILE --update-baseline  writes the report of this run there
  --waivers FILE                     a YAML list of violations that are accepted until a date

  - requirement: not-found/body
    fingerprint: 75e10f7c4449   # this violation only, as a failure prints it; without it, the whole requirement
    reason: errors have no type before release 12
    owner: files team
    expires: 2027-03-31

The gate decides the exit code; the verdict on the server stays what it is.
  0  open       every violation was accepted
  1  closed     a violation was not accepted
  2  stale      a waiver matches no violation any more: remove it
  3  undecided  a requirement could not be judged that had to be, or passed before

"compare OLD NEW" shows what got better and worse between two reports.`,

  evidence: `A run keeps evidence that others can check
  run -t URL --out DIR          writes report.json, document.yaml and evidence.ndjson: every exchange, in a chain of
                                digests, without credentials
  verify DIR                    offline: derives all cases again from the seed, compares them with the evidence,
                                and judges every verdict again
  run … --challenge TEXT        the whole run follows from a text that the verifier chose, so none could be
                                made before
  run … --out DIR --sign KEY    an attestation beside it (in-toto, DSSE, Ed25519)
  verify DIR --public-key FILE  checks it
  merge DIR… --out DIR          joins the shards of a run (--shard 1/4) into one
  run -t URL --seed N --replay REQUIREMENT:CASE
                                sends one failing case again, as the failure prints it`,
}
