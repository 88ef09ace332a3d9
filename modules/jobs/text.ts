import { words } from '../../kernel/text.ts'

export const text = words({
  'may.jobs:read': { zh: '查看后台任务', en: 'See background jobs' },
  'may.jobs:write': { zh: '停止后台任务', en: 'Stop background jobs' },

  'jobs.cancelled': { zh: '后台任务已取消', en: 'The job was cancelled' },
  'jobs.ended': {
    zh: '后台任务已经结束，无法取消',
    en: 'The job has already ended, so it cannot be stopped',
  },
  'jobs.failed': {
    zh: '后台任务执行出错，已完成的部分保留。请把编号 {request_id} 告诉管理员',
    en: 'The job failed; what it had finished is kept. Give the administrator this number: {request_id}',
  },
  'jobs.bad_payload': {
    zh: '后台任务的参数与当前版本不符，没有执行。请重新发起',
    en: 'This version does not understand what the job was given, so it did not run. Please start it again',
  },
  'jobs.worker_lost': {
    zh: '执行任务的进程反复中断，后台任务已停止。请联系管理员查看内存与日志',
    en: 'The process running this job died again and again, so the job was given up. Ask the administrator to check memory and the log',
  },

  'job_state.waiting': { zh: '等待中', en: 'Waiting' },
  'job_state.running': { zh: '进行中', en: 'Running' },
  'job_state.done': { zh: '已完成', en: 'Done' },
  'job_state.failed': { zh: '失败', en: 'Failed' },
  'job_state.cancelled': { zh: '已取消', en: 'Cancelled' },
  'job_state.cancelling': { zh: '正在取消', en: 'Cancelling' },

  'audit.jobs.cancel_asked': { zh: '要求停止后台任务', en: 'Asked a job to stop' },
})
