import { words } from '../../text.ts'

export const text = words({ title: { zh: '优惠券' } }) // wrong: no English
