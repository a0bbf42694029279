/** Looks at all cases at once, each of which takes its time; what fails is named. */
export async function atOnce<T extends readonly [what: string, ...unknown[]]>(
  cases: readonly T[],
  look: (one: T) => Promise<void>,
): Promise<void> {
  const settled = await Promise.allSettled(cases.map(look))
  const failed = settled.flatMap((result, at) =>
    result.status === 'rejected'
      ? [new Error(`${cases[at]?.[0]}: ${result.reason.message}`, { cause: result.reason })]
      : [],
  )
  if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed)
}
