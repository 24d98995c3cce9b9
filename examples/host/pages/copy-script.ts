/** The one script of the pages: copy buttons. Without it the text can be selected, and the buttons are not shown. */

export const COPY_SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null
  const source = button && document.getElementById(button.dataset.copy)
  if (!source) return
  const label = button.querySelector('.label')
  try {
    await navigator.clipboard.writeText(source.textContent)
    label.textContent = 'Copied'
  } catch {
    getSelection().selectAllChildren(source)
    label.textContent = 'Selected'
  }
  clearTimeout(button.timer)
  button.timer = setTimeout(() => { label.textContent = 'Copy' }, 2000)
})
`
