/** The files of a run's folder: what others can check. */
export const BUNDLE = {
  report: 'report.json',
  evidence: 'evidence.ndjson',
  document: 'document.yaml',
  waivers: 'waivers.yaml',
  baseline: 'baseline.json',
  attestation: 'attestation.dsse.json',
  checksums: 'SHA256SUMS',
  /** No part of what is checked: it changes when files are cleaned up. */
  ledger: 'ledger.ndjson',
} as const
