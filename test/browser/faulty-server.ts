import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'

/** Octets of the largest picture: a README loads all of them. */
export const MAX_PICTURE_BYTES = 200_000

/** Faults that anybody understands: content that survives its deletion, and errors in another form. */
const SHOWN = ['content-survives', 'missing-with-detail-string']

/** Starts the server of which the pictures in the documents show a run. */
export function startFaultyServer() {
  const alterations = faults.filter(({ name }) => SHOWN.includes(name)).map(({ alter }) => alter)
  return startReferenceServer({ alterations })
}
