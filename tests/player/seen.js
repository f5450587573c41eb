// What a reader of the page sees now.
(() => {
  const text = (element) => element ? element.textContent : '';
  const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
  const number = (words) => Number(/\d+/.exec(words)[0]);
  return {
    where: text(document.getElementById('where')),
    slider: Number(document.getElementById('slider').value),
    line: all('#source li.now').map((line) => Number(line.children[1].textContent)),
    call: text(document.getElementById('call')),
    said: text(document.getElementById('said')),
    missed: all('#missed li').map(text),
    lanes: all('.lane').map((lane) => ({
      process: Number(lane.dataset.process),
      name: lane.querySelector('h3').firstChild.textContent,
      ended: lane.classList.contains('ended'),
      rows: all('.row:not(.gone)', lane).map((row) => ({
        handle: text(row.querySelector('code')),
        flags: all('.flag', row).map(text),
        rights: text(row.querySelector('.rights')),
      })),
    })),
    objects: all('.object:not(.gone)').map((card) => ({
      object: Number(card.dataset.object),
      called: text(card.querySelector('.name')),
      handles: number(text(card.querySelectorAll('.counts span')[0])),
      references: number(text(card.querySelectorAll('.counts span')[1])),
      state: text(card.querySelector('.state').firstChild),
    })),
    arrows: all('#arrows > path').length,
    dangling: all('.row').length,
  };
})()
