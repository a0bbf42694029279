/**
 * Script of the page: filters, links to views and requirements, copying. Plain text, since the page
 * names it by its hash. The page can be read without it.
 *
 * The fragment holds what is filtered, `#show=failed,warned&text=body`, so that a view can be linked.
 */
export const SCRIPT = String.raw`'use strict'
const form = document.querySelector('.filters')
const requirements = [...document.querySelectorAll('.requirement')]
const families = [...document.querySelectorAll('.family')]
const boxes = [...form.elements.namedItem('show')]
const field = form.elements.namedItem('text')
const openAll = form.querySelector('.open-all')
const narrowing = document.querySelector('.narrowing')
const openAtFirst = new Set(families.filter((family) => family.open))

const wordsOf = (item) =>
  [...item.querySelectorAll('summary :is(.title, .id, .reason)')]
    .map((part) => part.textContent).join('\n').toLowerCase()
const words = new Map(requirements.map((item) => [item, wordsOf(item)]))
const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value)
const shown = () => requirements.filter((item) => !item.hidden)
const shownDetails = () => [
  ...families.filter((family) => !family.hidden),
  ...shown().map((item) => item.querySelector('details')),
]

let wasNarrowed = false

function show() {
  const verdicts = chosen()
  const text = field.value.trim().toLowerCase()
  for (const item of requirements) {
    const wanted = verdicts.length === 0 || verdicts.includes(item.dataset.verdict)
    item.hidden = !(wanted && words.get(item).includes(text))
  }
  const isNarrowed = verdicts.length > 0 || text !== ''
  for (const part of document.querySelectorAll('.family, .attention')) {
    part.hidden = part.querySelector('.requirement:not([hidden])') === null
  }
  if (isNarrowed !== wasNarrowed) {
    for (const family of families) family.open = isNarrowed || openAtFirst.has(family)
    wasNarrowed = isNarrowed
  }
  const others = document.querySelector('.others')
  if (others !== null) others.hidden = families.every((family) => family.hidden)
  form.querySelector('.shown').textContent =
    shown().length + ' of ' + requirements.length + ' requirements shown'
  nameOpenAll()
}

function nameOpenAll() {
  const allOpen = shownDetails().every((one) => one.open)
  openAll.textContent = allOpen ? 'Close all shown' : 'Open all shown'
}

function write() {
  const verdicts = chosen()
  const parts = []
  if (verdicts.length > 0) parts.push('show=' + verdicts.join(','))
  if (field.value.trim() !== '') parts.push('text=' + encodeURIComponent(field.value.trim()))
  const plain = location.href.split('#')[0]
  history.replaceState(null, '', parts.length === 0 ? plain : plain + '#' + parts.join('&'))
}

function read() {
  const fragment = location.hash.slice(1)
  if (fragment !== '' && !fragment.includes('=')) return open(fragment)
  const state = new URLSearchParams(fragment.replaceAll('+', '%2B'))
  const verdicts = (state.get('show') ?? '').split(',')
  for (const box of boxes) box.checked = verdicts.includes(box.value)
  field.value = state.get('text') ?? ''
  show()
}

function open(id) {
  const item = requirements.find((one) => one.id === id)
  if (item === undefined) return
  if (item.hidden) {
    for (const box of boxes) box.checked = false
    field.value = ''
    show()
  }
  const family = item.closest('.family')
  if (family !== null) family.open = true
  item.querySelector('details').open = true
  item.scrollIntoView()
  item.querySelector('summary').focus({ preventScroll: true })
}

function say(button, done) {
  document.getElementById('said').textContent = done
  button.textContent = done
  clearTimeout(button.restoring)
  button.restoring = setTimeout(() => { button.textContent = 'Copy' }, 4000)
}

async function copy(button) {
  const block = button.closest('.command').querySelector('code')
  try {
    await navigator.clipboard.writeText(block.textContent)
    say(button, 'Copied')
  } catch {
    getSelection().selectAllChildren(block)
    say(button, 'Selected: press Ctrl+C')
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('.copy')
  if (button !== null) copy(button)
})
openAll.addEventListener('click', () => {
  const all = shownDetails()
  const closed = all.some((one) => !one.open)
  for (const one of all) one.open = closed
})
for (const one of [...families, ...requirements.map((item) => item.querySelector('details'))]) {
  one.addEventListener('toggle', nameOpenAll)
}
form.addEventListener('input', () => { show(); write() })
form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('reset', () => setTimeout(() => { show(); write() }))
addEventListener('hashchange', read)
document.documentElement.classList.add('scripted')
narrowing.hidden = false
narrowing.open = matchMedia('(min-width: 44.0625rem)').matches || location.hash.includes('=')
show()
read()
`
