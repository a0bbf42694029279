import { describe, expect, expectTypeOf, test } from 'vitest'
import type { RunOptions } from '../../library/index.ts'
import { readValue } from '../../settings/check.ts'
import { type Kind, onOff } from '../../settings/kinds.ts'
import { type OptionValues, type SettingValues, settings } from '../../settings/table.ts'

describe('the table of settings', () => {
  test('gives a setting one name in every form', () => {
    expect(settings.find(({ key }) => key === 'expectStatus')).toMatchObject({
      name: 'expect-status',
      variable: 'CONFORMANCE_EXPECT_STATUS',
      inFile: true,
    })
    expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length)
  })

  test('lets no variable hold a token, a header field, or what is asked for once', () => {
    expect(settings.filter(({ variable }) => variable === undefined).map(({ key }) => key)).toEqual(
      [
        ...['tokenEnv', 'secondTokenEnv', 'header', 'updateBaseline', 'printConfig'],
        ...['idSample', 'replay', 'mark'],
      ],
    )
  })

  test('has only options that programs can give', () => {
    expectTypeOf<keyof OptionValues>().toExtend<keyof RunOptions>()
    expectTypeOf<SettingValues['maxLive']>().toEqualTypeOf<number>()
    expectTypeOf<SettingValues>().toHaveProperty('rate').toEqualTypeOf<number | undefined>()
  })

  test.each(settings)('shows for --$name a value in its help unless it is a switch', (setting) => {
    expect(setting.kind.placeholder).toMatch(setting.kind === onOff ? /^$/ : /^[<[].+[>\]]$/)
  })

  test.each(settings.flatMap(({ name, yieldsTo = [] }) => yieldsTo.map((other) => [name, other])))(
    'lets %s yield to a setting that there is: %s',
    (_, other) => {
      expect(settings.map(({ name }) => name)).toContain(other)
    },
  )

  test.each(settings.filter((setting) => setting.default !== undefined))(
    'has a default of $name that programs can give, too',
    ({ kind, libraryKind, default: standard, defaultText }) => {
      const accepts = (one: Kind<unknown>, value: unknown) => readValue(one, value, String(value))
      if (libraryKind !== undefined) {
        expect(accepts(libraryKind, defaultText)).toBe(standard)
        return
      }
      const values = [standard].flat()
      expect(values.map((value) => accepts(kind.item ?? kind, value))).toEqual(values)
    },
  )
})
