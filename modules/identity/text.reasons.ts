import { words } from '../../kernel/text.ts'

/** Why two may be one, in a few words; the values stand beside. */
export const reasonText = words({
  unionid: { zh: '微信 UnionID 相同', en: 'Same WeChat UnionID' },
  openid: { zh: '微信 OpenID 相同', en: 'Same WeChat OpenID' },
  email: { zh: '邮箱相同', en: 'Same e-mail' },
  email_variant: { zh: '邮箱实为同一个', en: 'E-mails that reach the same box' },
  phone: { zh: '电话相同', en: 'Same phone' },
  phone_variant: { zh: '电话写法不同，是同一个号', en: 'One phone number written differently' },
  phone_virtual: {
    zh: '电话相同，但是虚拟运营商号码，常换人',
    en: 'Same phone, but of a virtual operator: such numbers change hands',
  },
  address: { zh: '地址相同', en: 'Same address' },
  organisation: { zh: '邮箱同属一家单位', en: 'E-mails of the same organisation' },
  web: { zh: '网站相同', en: 'Same website' },
  name: { zh: '名称相同', en: 'Same name' },
  name_script: { zh: '名称只是简繁或大小写不同', en: 'Same name in another script or case' },
  name_pinyin: { zh: '名称读音相同', en: 'Names that read the same in pinyin' },
  name_order: { zh: '名称字词相同，只是顺序不同', en: 'Same name in another order' },
  name_form: { zh: '名称只差公司形式或称呼', en: 'Same name but for its legal form or title' },
  name_close: { zh: '名称只差一两个字', en: 'Names that differ by a letter or two' },
  name_differs: { zh: '但名称不同', en: 'But the names differ' },
  country_differs: { zh: '但国家不同', en: 'But the countries differ' },
})
export const bandText = words({
  certain: { zh: '几乎肯定', en: 'Almost certain' },
  likely: { zh: '很可能', en: 'Likely' },
  possible: { zh: '有可能', en: 'Possible' },
})
