// Plays a lesson as a student does.
//
// What the page promises: `data-testid="lesson"` with `data-page` and `data-complete`, in it
// `data-testid="question"`, `"verdict"` and `"lesson-text"`.

const lessonOf = (page) => page.getByTestId("lesson");

/** Goes through all pages: predicts, runs, reads. Returns what was said of the predictions, and the last page's text. */
export async function playLesson(page, { timeout = 150_000 } = {}) {
  const lesson = lessonOf(page);
  await lesson.waitFor();
  await page.locator("[data-testid=adapter-badge][data-backend]").waitFor({ state: "attached", timeout });
  const verdicts = [];
  for (let number = 1; ; number += 1) {
    await page.locator(`[data-testid=lesson][data-page="${number}"]`).waitFor();
    if (await lesson.getByTestId("question").isVisible()) await predict(lesson);
    const run = lesson.getByRole("button", { name: /^Run / });
    if (await run.isVisible()) await run.click({ timeout });
    await page.locator(`[data-testid=lesson][data-page="${number}"][data-complete=true]`).waitFor({ timeout });
    if (await lesson.getByTestId("question").isVisible()) verdicts.push(await lesson.getByTestId("verdict").innerText());
    const next = lesson.getByRole("button", { name: "Next" });
    if (!(await next.isVisible())) return { verdicts, last: await lesson.getByTestId("lesson-text").innerText() };
    await next.click();
  }
}

/** Chooses the first answer, or leaves the slider where it is. */
export async function predict(lesson) {
  const settle = lesson.getByRole("button", { name: "That is my prediction" });
  if (await settle.isVisible()) await settle.click();
  else await lesson.getByTestId("question").getByRole("radio").first().check({ force: true });
}
