import { execFileSync } from 'node:child_process'

it('lets the requests of Express share their hidden classes on V8 versions that separate them, and changes no property', () => {
  const text = execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '__tests__/mounting/hidden-class.mjs'],
    { encoding: 'utf8' },
  )
  expect(JSON.parse(text)).toMatchObject({ together: [true, true], unchanged: true })
})
