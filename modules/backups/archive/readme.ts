/** For who opens the archive with nothing but a desktop: what it is, how to read it, how to bring it back. */
export const readme = (company: string, taken_at: Date): string => `Guanxi 关系 · ${company}
${taken_at.toISOString()}

这是什么
这是「${company}」在上述时刻的完整数据：所有表、所有行，来自数据库的同一个快照。
它是普通的 ZIP 压缩包，内容是普通的 CSV 文本，不需要 Guanxi 也能读。

里面有什么
manifest.json   清单：格式、Guanxi 与 PostgreSQL 版本、表结构版本，每张表的列、行数、大小、SHA-256
tables/*.csv    一张表一个文件，UTF-8，第一行是列名；时间为 UTC；金额以最小货币单位计（分），单价以百万分之一计
                空着的单元格是「无」（NULL），一对引号 "" 是空文字；含逗号、引号、换行的单元格用引号括起
queue.csv       当时还没做完的后台任务
manifest.mac    清单的校验码，只有持有原安装 seal.key 的人能算出

如何恢复
npx guanxi restore <这个文件>            恢复到一个空的 Guanxi
npx guanxi restore <这个文件> --replace  替换现有的全部数据（中途断电也不会丢失原来的数据）
审计链的密钥 GUANXI_HOME/seal.key 默认不在包内，请另外妥善保存；包内有它时，请像保管钥匙一样保管此文件。
里面是未脱敏的个人信息，请只存放在可信的地方。

What this is
All data of “${company}” at the moment above: every table, every row, out of one snapshot of the database.
It is an ordinary ZIP of ordinary CSV text. Nothing of Guanxi is needed to read it.

What is in it
manifest.json   the list: format, versions of Guanxi, PostgreSQL and the schema, and for each table its columns,
                rows, size and SHA-256
tables/*.csv    one file per table, UTF-8, names of columns first; instants in UTC; money in minor units (cents),
                unit prices in millionths. An empty cell is NULL, "" is an empty text; cells with commas, quotes or
                line breaks stand in quotes
queue.csv       background jobs that were not done yet
manifest.mac    a check of the list that only the holder of the installation's seal.key can compute

How to bring it back
npx guanxi restore <this file>            into an empty Guanxi
npx guanxi restore <this file> --replace  in place of all that is there (a power cut in between loses nothing)
The audit's key, GUANXI_HOME/seal.key, is not in here unless it was asked for: keep a copy of it apart.
Personal data in here is not masked. Keep it where you trust everybody who can read.
`
