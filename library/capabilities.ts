import type { CapabilityName } from '../model/requirement.ts'

/** What a target can be declared to have beside deletion. */
export const CAPABILITIES: readonly CapabilityName[] = [
  'retrieve',
  'content',
  'list',
  'auth',
  'second-account',
]
