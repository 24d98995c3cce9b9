import { execFileSync } from 'node:child_process'

it('lets the requests of Express share their hidden classes where V8 keeps them apart, and changes nothing that can be seen', () => {
  const text = execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '__tests__/mounting/hidden-class.mjs'],
    { encoding: 'utf8' },
  )
  expect(JSON.parse(text)).toMatchObject({ together: [true, true], unchanged: true })
})
