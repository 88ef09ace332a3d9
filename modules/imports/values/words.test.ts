import assert from 'node:assert/strict'
import test from 'node:test'
import { splitPhones, splitValues } from './contacts.ts'
import { currencyCode } from './currencies.ts'
import { countryCode, isUnspecified } from './places.ts'
import {
  channelPreferenceOf,
  languageOf,
  looksLikeOrganisation,
  marketRoleOf,
  marketRoleReader,
  partyKindOf,
} from './words.ts'

test('countries are known by Chinese and English names, codes and old trade names', () => {
  const cases: [string, string | undefined][] = [
    ['United Kingdom', 'GB'],
    ['EIRE', 'IE'],
    ['USA', 'US'],
    ['RSA', 'ZA'],
    ['Hong Kong', 'HK'],
    ['Czech Republic', 'CZ'],
    ['Saudi Arabia', 'SA'],
    ['中国', 'CN'],
    ['美国', 'US'],
    ['中国香港', 'HK'],
    ['台湾', 'TW'],
    ['德国', 'DE'],
    ['gb', 'GB'],
    ['ＣＮ', 'CN'],
    ['the Netherlands', 'NL'],
    ['CHN', 'CN'],
    ['P.R. China', 'CN'],
    ['Channel Islands', undefined],
    ['European Community', undefined],
    ['Unspecified', undefined],
    ['Narnia', undefined],
  ]
  for (const [text, code] of cases) assert.equal(countryCode(text), code, text)
  assert.ok(
    isUnspecified('Unspecified') && isUnspecified('无') && isUnspecified(' - ') && !isUnspecified('无锡'),
  )
})

test('all 38 countries of the retail file are decided', () => {
  const named =
    'Australia,Austria,Bahrain,Belgium,Brazil,Canada,Cyprus,Czech Republic,Denmark,EIRE,Finland,France,Germany,Greece,Hong Kong,Iceland,Israel,Italy,Japan,Lebanon,Lithuania,Malta,Netherlands,Norway,Poland,Portugal,RSA,Saudi Arabia,Singapore,Spain,Sweden,Switzerland,USA,United Arab Emirates,United Kingdom'
  for (const name of named.split(',')) assert.match(countryCode(name) ?? '', /^[A-Z]{2}$/, name)
})

test('currencies are known by word, sign and code', () => {
  assert.deepEqual(
    ['人民币', 'RMB', 'usd', '美元', '€', '£', 'HK$', 'gbp'].map((t) => currencyCode(t, 'CNY')),
    ['CNY', 'CNY', 'USD', 'USD', 'EUR', 'GBP', 'HKD', 'GBP'],
  )
  assert.deepEqual(
    [currencyCode('¥', 'JPY'), currencyCode('¥', 'GBP'), currencyCode('$', 'HKD')],
    ['JPY', 'CNY', 'HKD'],
  )
  assert.deepEqual(
    [currencyCode('XQZ', 'CNY'), currencyCode('toString', 'CNY'), currencyCode('', 'CNY')],
    [undefined, undefined, undefined],
  )
})

test('a company’s own words for market roles go before ours, and those of its own are known', () => {
  const read = marketRoleReader({
    supplier: { zh: '供货伙伴', en: 'Vendor' },
    customer: { zh: '伙伴', en: 'Partner' },
    own_key_account: { zh: '大客户', en: 'Key account' },
  })
  assert.deepEqual(
    ['供货伙伴', 'partner', '大客户', 'KEY ACCOUNT', 'own_key_account', '供应商', 'x'].map(read),
    ['supplier', 'customer', 'own_key_account', 'own_key_account', 'own_key_account', 'supplier', undefined],
  )
})

test('roles, kinds, languages and channels are known in both languages', () => {
  assert.deepEqual(
    ['客户', 'Customers', '供应商', 'dealer', 'KOL', '政府机构', 'rival', '应聘者'].map(marketRoleOf),
    ['customer', 'customer', 'supplier', 'distributor', 'influencer', 'public_body', 'competitor', 'recruit'],
  )
  assert.deepEqual(['个人', 'Company', '企业客户', 'x'].map(partyKindOf), [
    'person',
    'organisation',
    'organisation',
    undefined,
  ])
  assert.deepEqual(['中文', 'zh_CN', 'English', 'en-GB', 'fr'].map(languageOf), [
    'zh-CN',
    'zh-CN',
    'en',
    'en',
    undefined,
  ])
  assert.deepEqual(['微信', 'E-mail', '电话', '短信', '拜访'].map(channelPreferenceOf), [
    'wechat',
    'email',
    'phone',
    'sms',
    'visit',
  ])
  assert.ok(
    looksLikeOrganisation('华东机电有限公司') &&
      looksLikeOrganisation('Kestrel Automation Ltd') &&
      !looksLikeOrganisation('陈建国'),
  )
})

test('several values in a cell are told apart, once each', () => {
  assert.deepEqual(splitValues('a@x.cn；b@x.cn, a@x.cn'), ['a@x.cn', 'b@x.cn'])
  assert.deepEqual(splitPhones('13800000000/13900000000、'), ['13800000000', '13900000000'])
})
