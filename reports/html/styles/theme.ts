/**
 * Colours, once per theme. Text colours keep 4.5:1 and drawing colours 3:1 on their ground. What two colours tell
 * apart is told by a shape, a pattern or a word as well.
 */
const LIGHT = `
  --ground: #ffffff;
  --raised: #f6f7f9;
  --ink: #15191f;
  --ink-2: #414a55;
  --ink-3: #626c78;
  --rule: #e2e6eb;
  --rule-strong: #c3cad3;
  --grid: #eceff2;
  --hover: #eef3fa;
  --link: #1d5bb8;
  --focus: #1d5bb8;
  --request: #2f6bb5;
  --request-soft: #bcd3ee;
  --wait: #d3d9e0;
  --line: #6f7a87;
  --connect: #b07d1a;
  --stream-1: #331199;
  --stream-2: #bb3300;
  --stream-3: #006677;
  --stream-4: #9955cc;
  --stream-5: #dd7722;
  --stream-6: #770000;
  --stream-7: #440044;
  --stream-other: #8b95a1;
  --tls: #7a6a9e;
  --push: #c2540a;
  --push-soft: #f6d3b4;
  --push-line: #f7a765;
  --waste: #a5175c;
  --waste-soft: #f3d3e2;
  --hint: #5b47b0;
  --paint: #0a7a3f;
  --load: #15191f;
  --faster: #0b6b4b;
  --slower: #b3261e;
  --neutral: #55606d;
  --warn: #8a5300;
  --warn-ground: #fdf5e4;
  --warn-rule: #e0b252;
  --alert-ground: #fcebea;
  --shadow: 0 6px 24px rgb(15 23 42 / 16%), 0 0 0 1px rgb(15 23 42 / 8%);`;

const DARK = `
  --ground: #0f1216;
  --raised: #171b21;
  --ink: #e9ecf0;
  --ink-2: #bcc4ce;
  --ink-3: #939daa;
  --rule: #272d35;
  --rule-strong: #404955;
  --grid: #1c2127;
  --hover: #1a222d;
  --link: #84b4f5;
  --focus: #84b4f5;
  --request: #669fe8;
  --request-soft: #27466f;
  --wait: #3a434e;
  --line: #8792a0;
  --connect: #d3a243;
  --stream-1: #44bbff;
  --stream-2: #eeee33;
  --stream-3: #ff77aa;
  --stream-4: #88ffcc;
  --stream-5: #998800;
  --stream-6: #7777ff;
  --stream-7: #bbbb00;
  --stream-other: #69737f;
  --tls: #a493cf;
  --push: #f08c3e;
  --push-soft: #55331a;
  --push-line: #a85a1c;
  --waste: #f070ab;
  --waste-soft: #4d1f36;
  --hint: #ab9af5;
  --paint: #4fc787;
  --load: #e9ecf0;
  --faster: #4cc594;
  --slower: #ff867c;
  --neutral: #98a2af;
  --warn: #eab95c;
  --warn-ground: #241d0f;
  --warn-rule: #80601f;
  --alert-ground: #2d1614;
  --shadow: 0 6px 24px rgb(0 0 0 / 55%), 0 0 0 1px rgb(255 255 255 / 12%);`;

/** Follows the system unless the reader chose; paper is always light. */
export const THEME = `
:root { color-scheme: light;${LIGHT}
}
@media screen {
  @media (prefers-color-scheme: dark) {
    :root:not([data-theme='light']) { color-scheme: dark;${DARK}
    }
  }
  :root[data-theme='dark'] { color-scheme: dark;${DARK}
  }
}
`;
