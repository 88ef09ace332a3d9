/** Header words per target, both languages. Compared without case, blanks or punctuation; earlier ones fit better. */
import type { Kind, OrderTarget, PartyTarget, ProductTarget, Target } from './targets.ts'

const orders: Record<OrderTarget, string> = {
  order_number:
    'order number, order no, order id, orderid, order #, order, invoice no, invoice number, invoice, invoiceid, transaction id, transaction no, receipt no, receipt, bill no, document no, doc no, po number, reference, ref no, name of order, 订单号, 订单编号, 单号, 单据编号, 单据号, 订单 ID, 交易号, 交易单号, 发票号, 发票号码, 销售单号, 出库单号, 流水号, 小票号, 主订单编号, 子订单编号, 订单',
  ordered_at:
    'ordered at, order date, order time, orderdate, invoice date, invoicedate, date, datetime, created at, created, purchase date, transaction date, transaction time, sale date, sales date, paid at, posting date, document date, timestamp, 下单时间, 下单日期, 订单时间, 订单日期, 订单创建时间, 创建时间, 成交时间, 交易时间, 交易日期, 付款时间, 支付时间, 销售日期, 销售时间, 开票日期, 单据日期, 制单日期, 日期, 时间, 购买时间, 购买日期, 出库日期',
  line_number:
    'line number, line no, line, line item, item no, lineitem number, line item id, position, pos, row, 行号, 序号, 行项目, 项次, 行次, 明细行号',
  product_code:
    'stock code, stockcode, product code, product id, productid, sku, sku id, item code, item id, item number, item sku, lineitem sku, article, article no, article number, part number, part no, barcode, ean, upc, asin, material, material no, 商品编码, 商品编号, 商品代码, 商品 ID, 货号, 产品编码, 产品编号, 产品代码, 物料编码, 物料号, 物料代码, 存货编码, 款号, 条码, 商品条码, SKU 编码, 规格编码, 商家编码',
  product_name:
    'description, product name, product, product title, item name, item description, item, lineitem name, title, goods, goods name, stock description, material description, 商品名称, 商品名, 商品, 商品标题, 产品名称, 产品名, 产品, 品名, 货品名称, 货物名称, 存货名称, 物料名称, 物料描述, 宝贝标题, 名称, 描述',
  line_description:
    'line description, line note, line memo, remark, remarks, comment, specification, spec, 行备注, 明细备注, 规格, 规格型号, 型号, 备注, 摘要, 商品备注',
  category:
    'category, product category, category path, product type, department, product group, 类别, 分类, 商品分类, 商品类别, 产品类别, 品类, 类目, 产品分类, 存货分类, 大类',
  quantity:
    'quantity, qty, lineitem quantity, quantity ordered, quantityordered, order quantity, units, unit sold, count, pieces, pcs, 数量, 商品数量, 购买数量, 销售数量, 订购数量, 订单数量, 件数, 销量, 出库数量, 宝贝数量, 购买件数',
  unit_price:
    'unit price, unitprice, price, price each, priceeach, lineitem price, item price, sale price, selling price, net price, rate, 单价, 商品单价, 销售单价, 售价, 价格, 成交单价, 含税单价, 商品价格, 实际单价, 成交价',
  line_amount:
    'line amount, amount, line total, total, total price, sales, subtotal, extended price, net amount, value, revenue, line value, 金额, 行金额, 商品金额, 小计, 总价, 合计, 销售额, 销售金额, 实付金额, 成交金额, 应付金额, 价税合计, 含税金额, 总金额, 商品总价, 买家实付',
  unit_cost:
    'unit cost, cost, cost price, purchase price, cogs, 成本, 单位成本, 成本价, 进价, 采购价, 采购单价',
  currency: 'currency, currency code, cur, ccy, 币种, 货币, 币别, 结算币种',
  customer_id:
    'customer id, customerid, customer no, customer number, customer code, customer, client id, client code, account id, account number, account no, account, buyer id, user id, member id, member no, member, userid, 客户编号, 客户编码, 客户号, 客户代码, 客户 ID, 会员号, 会员编号, 会员卡号, 会员 ID, 会员, 买家 ID, 买家会员名, 用户 ID, 用户编号, 顾客编号, 顾客 ID, 购货单位编码',
  customer_name:
    'customer name, client name, client, buyer name, buyer, account name, billing name, shipping name, name, full name, company, contact name, ship to name, 客户名称, 客户姓名, 客户名, 客户, 买家姓名, 买家, 顾客, 顾客姓名, 会员姓名, 会员名称, 收货人, 收货人姓名, 购货单位, 购买方, 购方名称, 姓名, 往来单位',
  customer_email:
    'customer email, email, e-mail, email address, buyer email, contact email, billing email, mail, 客户邮箱, 邮箱, 电子邮箱, 电子邮件, 邮件, 买家邮箱',
  customer_phone:
    'customer phone, phone, telephone, tel, mobile, phone number, mobile number, mobile phone, buyer phone, contact phone, billing phone, shipping phone, cell, 客户电话, 手机, 手机号, 手机号码, 电话, 联系电话, 联系手机, 电话号码, 收货人手机, 收货人电话, 买家手机, 移动电话',
  country:
    'country, country region, customer country, nation, country code, billing country, shipping country, ship country, 国家, 国家地区, 客户国家, 国别, 收货国家',
  channel:
    'channel, sales channel, source, order source, platform, sales platform, 渠道, 销售渠道, 订单来源, 来源, 平台, 下单渠道, 来源平台, 交易渠道',
  store:
    'store, shop, branch, outlet, location, store name, shop name, store id, warehouse, site, 店铺, 门店, 店铺名称, 门店名称, 店名, 分店, 网点, 仓库, 部门, 销售部门',
  status:
    'status, order status, state, order state, order kind, order type, type, transaction type, financial status, 状态, 订单状态, 交易状态, 订单类型, 单据类型, 类型, 售后状态, 业务类型',
}

const parties: Record<PartyTarget, string> = {
  external_id:
    'external id, customer id, customerid, customer no, customer number, customer code, id, code, account id, account number, account no, client id, contact id, member id, member no, supplier id, vendor id, partner id, record id, user id, uid, key, employee id, 客户编号, 客户编码, 客户号, 客户代码, 编号, 编码, 代码, 会员号, 会员编号, 会员卡号, 会员 ID, 外部编号, 供应商编号, 供应商编码, 往来单位编码, 用户 ID, 工号, 客户 ID',
  name: 'name, full name, fullname, customer name, account name, company name, client name, contact name, contact, customer, client, display name, supplier name, vendor name, 姓名, 名称, 客户名称, 客户姓名, 客户名, 客户, 会员姓名, 联系人, 联系人姓名, 公司名称, 企业名称, 单位名称, 供应商名称, 往来单位, 昵称, 全称',
  kind: 'kind, party kind, customer kind, entity type, person or organisation, account type, customer type, type, 类型, 客户类型, 主体类型, 客户性质, 性质, 个人或企业',
  email:
    'email, e-mail, email address, mail, emails, work email, primary email, email 1, 邮箱, 电子邮箱, 电子邮件, 邮件, 邮件地址, 邮箱地址',
  phone:
    'phone, mobile, phone number, mobile number, mobile phone, telephone, tel, cell, cell phone, contact phone, work phone, contact number, phones, primary phone, 手机, 手机号, 手机号码, 电话, 联系电话, 联系手机, 电话号码, 联系方式, 移动电话, 固定电话, 座机',
  wechat: 'wechat, wechat id, weixin, wx, wxid, openid, unionid, 微信, 微信号, 微信 ID, 企业微信',
  address:
    'address, street, street address, address 1, address line 1, mailing address, billing address, shipping address, full address, 地址, 详细地址, 联系地址, 通讯地址, 收货地址, 公司地址, 办公地址, 住址, 注册地址',
  country: 'country, country region, nation, country code, 国家, 国家地区, 国别',
  city: 'city, town, locality, 城市, 所在城市, 市, 所在地, 地市',
  market_roles:
    'market roles, market role, role, roles, relationship, relationship type, contact type, lifecycle stage, 市场角色, 角色, 关系类型, 关系, 往来类型, 身份, 单位类型',
  tags: 'tags, tag, labels, label, keywords, groups, segment, 标签, 客户标签, 标记, 分组, 关键词, 客户分组',
  owner_email:
    'owner email, owner, account owner, account manager, relationship manager, sales rep, salesperson, sales, assigned to, responsible, contact owner, manager, 负责人, 负责人邮箱, 归属, 归属人, 客户经理, 业务员, 销售, 销售代表, 跟进人, 专属客服, 销售员, 所有人',
  unit: 'unit, org unit, branch, team, region, territory, department, sales office, office, 部门, 分公司, 所属部门, 区域, 团队, 大区, 片区, 归属部门, 所属机构, 分支机构',
  language: 'language, lang, locale, preferred language, 语言, 语种, 首选语言, 偏好语言',
  channel_preference:
    'channel preference, preferred channel, preferred contact, preferred contact method, contact preference, contact method, 联系偏好, 首选渠道, 偏好渠道, 渠道偏好, 首选联系方式, 沟通偏好',
  organisation:
    'organisation, organization, company, employer, company name, account, firm, works for, business name, 公司, 单位, 所属公司, 所属单位, 所属机构, 所属组织, their organisation, 工作单位, 企业, 所在单位, 任职单位, 所属客户, 公司名称, 单位名称',
  title:
    'title, job title, position, job, job position, post, function, 职务, 职位, 头衔, 岗位, 职称, 任职岗位',
  since:
    'in post since, works there since, employed since, joined on, hire date, start of employment, 任职开始, 任职日期, 任职起始, 入职日期, 入职时间, 到岗日期',
  until:
    'in post until, works there until, employed until, left on, end of employment, 任职结束, 任职截止, 离职日期, 离职时间',
  note: 'note, notes, remark, remarks, comment, comments, memo, description, background, 备注, 说明, 附注, 描述, 客户备注, 补充说明, 简介',
}

const products: Record<ProductTarget, string> = {
  code: 'code, product code, sku, sku id, stock code, stockcode, product id, productid, item code, item number, item no, id, article, article number, part number, part no, barcode, ean, upc, material no, variant sku, handle, 商品编码, 编码, 货号, 产品编码, 产品编号, 商品编号, 物料编码, 物料号, 存货编码, 款号, 条码, 编号, 代码, 商品代码',
  name: 'name, product name, title, product title, description, product, item name, item, item description, goods, material description, 商品名称, 名称, 产品名称, 品名, 商品名, 产品名, 物料名称, 存货名称, 商品标题, 标题',
  category:
    'category, category path, product category, product type, type, categories, department, group, product group, collection, 类别, 分类, 商品分类, 商品类别, 产品类别, 品类, 类目, 产品分类, 存货分类, 大类, 分类路径',
  unit_cost:
    'unit cost, cost, cost price, cost per item, purchase price, standard cost, cogs, 成本, 单位成本, 成本价, 进价, 采购价, 标准成本, 采购单价, 成本单价',
  currency: 'currency, currency code, cur, ccy, 币种, 货币, 币别',
  unit: 'unit, uom, unit of measure, measure, sales unit, base unit, 单位, 计量单位, 销售单位, 基本单位, 主单位',
}

/** Header as it is compared: full-width folded, camelCase and punctuation gone. */
export const headerKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[（(【[].*?[)）】\]]/g, '')
    .replace(/[^\p{L}\p{N}#]/gu, '')

const index = (table: Readonly<Record<string, string>>): ReadonlyMap<Target, readonly string[]> =>
  new Map(Object.entries(table).map(([target, words]) => [target as Target, words.split(',').map(headerKey)]))

export const synonyms: { readonly [K in Kind]: ReadonlyMap<Target, readonly string[]> } = {
  orders: index(orders),
  parties: index(parties),
  products: index(products),
}
