type Facts = { company: string; at: string; by: string; filters: string; fingerprint: string }

/** In both languages: an auditor's file outlives whoever asked for it. */
export const explanation = ({
  company,
  at,
  by,
  filters,
  fingerprint,
}: Facts): string => `审计日志导出 / Audit log export
${company} · ${at} · ${by}
筛选 / filter: ${filters}
密钥指纹 / key fingerprint: ${fingerprint}

records.jsonl  每行一条操作记录：谁、何时、做了什么、原值与新值；digest 是内容摘要，seal 是所属封印的序号。
seals.jsonl    这些记录所属的封印：覆盖的记录编号（顺序即默克尔树叶的顺序）、树根、上一封印的 mac、本封印的 mac。

如何校验：
1. digest = SHA-256(salt ‖ content)。内容已抹除（erased）或按角色隐藏（withheld）的记录没有 salt 和 content，只能核对摘要。
2. 叶 = SHA-256(信封 ‖ digest)。信封是 audit_id、party_id、时间（自 1970 年起的秒数，六位小数）、actor_kind、actor_id、
   request_id、action、subject、subject_id，以字符 U+001F 相连。
3. 相邻两节点合成 SHA-256(0x01 ‖ 左 ‖ 右)，落单的节点直接上移，直到树根等于 merkle_root。
4. mac = HMAC-SHA-256(密钥, seq ‖ prev ‖ merkle_root ‖ 各编号)，编号与 seq 均为 8 字节大端；prev 等于上一封印的 mac。密钥不在数据库中。
单条记录的证明可在页面上下载，用 guanxi audit proof check <文件> 离线校验；整条链用 guanxi audit verify 校验。

records.jsonl  one record a line: who, when, what, the value before and after; digest is that of its content, seal the number of its seal.
seals.jsonl    the seals of those records: the ids they cover (in the order of the Merkle tree's leaves), root, mac of the seal before, own mac.

How to check:
1. digest = SHA-256(salt ‖ content). Records whose content was erased, or is withheld by role, have neither; their digest stands.
2. leaf = SHA-256(envelope ‖ digest). The envelope is audit_id, party_id, time (seconds since 1970, six decimals), actor_kind, actor_id,
   request_id, action, subject and subject_id, joined by U+001F.
3. Two neighbours make SHA-256(0x01 ‖ left ‖ right), an odd last one moves up, until the root equals merkle_root.
4. mac = HMAC-SHA-256(key, seq ‖ prev ‖ merkle_root ‖ ids), ids and seq as eight bytes big-endian; prev is the mac of the seal before.
   The key is not in the database.
The proof of one record can be downloaded from the page and checked offline by: guanxi audit proof check <file>.
The whole chain is checked by: guanxi audit verify.
`
