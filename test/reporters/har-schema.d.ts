declare module 'har-schema' {
  /** JSON Schemas of draft 6 by name, each with an `$id`. */
  const schemas: Readonly<Record<string, { readonly $schema: string; readonly $id: string }>>
  export = schemas
}
