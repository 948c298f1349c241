/** A new list in random order (Fisher and Yates, Durstenfeld's form); every order equally likely. */
export function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[chosen]];
    // Both exist: 0 ≤ chosen ≤ last < length.
    shuffled[last] = b as Item;
    shuffled[chosen] = a as Item;
  }
  return shuffled;
}
