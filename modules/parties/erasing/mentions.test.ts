import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mentionsOf } from './mentions.ts'

test('a person is found by name, e-mail, address and telephone, however these are written', () => {
  const mentions = mentionsOf('李雷', ['Li.Lei@Example.cn', '+8613812345678', '苏州市人民路 1 号', 'C-1001'])
  for (const text of [
    '致电李雷，未接',
    'x,LI.LEI@EXAMPLE.CN,y',
    '"138-1234-5678";a',
    '0086 138 1234 5678',
    '地址：苏州市人民路 1 号',
    'a,c-1001,b',
  ])
    assert.ok(mentions(text), text)
  for (const text of ['李云', 'lei@example.cn.uk', '13812345679', 'C-10011', 'XC-1001', ''])
    assert.ok(!mentions(text), text)
})

test('a short Latin name is a word of its own, not a part of others', () => {
  const mentions = mentionsOf('Al Ho', ['ab'])
  assert.ok(mentions('met al ho today'))
  assert.ok(!mentions('total hours; about'))
})

test('whatever is written of somebody is found where it stands alone', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'abcdefg.@1234'), minLength: 2, maxLength: 20 }),
      fc.constantFrom(',', ';', '"', ' ', '\t'),
      (value, mark) => mentionsOf('', [value])(`a${mark}${value.toUpperCase()}${mark}b`),
    ),
  ))
