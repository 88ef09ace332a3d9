// Runs before the first paint: the chosen theme and language, so that nothing flashes.
;(() => {
  const root = document.documentElement
  let theme = 'system'
  let locale = ''
  try {
    theme = localStorage.getItem('guanxi.theme') || theme
    locale = localStorage.getItem('guanxi.locale') || locale
  } catch {
    // Storage may be switched off: the system's theme and language stand.
  }
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.classList.toggle('dark', dark)
  root.lang = locale || (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')
})()
