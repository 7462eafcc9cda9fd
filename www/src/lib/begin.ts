/** Opens the page as its address asks: a run, or a lesson; what is hidden, shown and played. */
import { t } from "../i18n/messages";
import { LINK_VERSION, type Asked, type Unheeded } from "./address";
import { lab } from "../state/lab.svelte";
import { course } from "../state/lesson.svelte";
import { presenter } from "../state/presenter.svelte";

const inWords = (problem: Unheeded) =>
  "version" in problem
    ? t("training.address.version", { ...problem, known: LINK_VERSION })
    : t("training.address.part", problem);

export async function begin(asked: Asked): Promise<void> {
  course.leaveOut(asked.hide);
  if (asked.present) presenter.enter();
  const lesson = asked.lesson === null ? null : await course.find(asked.lesson);
  if (lesson !== null) course.begin(lesson, asked.page);
  const experiment = lesson === null ? asked.experiment : JSON.stringify(course.experiment(lesson));
  const play = lesson === null && asked.steps === null ? asked.play : false;
  // Volumes train on the CPU, as they do where they are chosen on the page.
  const volumes = lesson !== null && course.experiment(lesson).network?.dims === 3;
  await lab.open({ ...asked, backend: volumes ? "cpu" : asked.backend, experiment, play });
  if (lab.status !== "ready") return;
  course.taken();
  if (asked.problem !== null) lab.fault ??= { message: inWords(asked.problem), fatal: false };
  if (Object.keys(asked.look).length > 0) lab.lookAt(asked.look);
  const image = asked.image ?? lesson?.image ?? null;
  if (image !== null) lab.show(image);
  if (asked.steps !== null) await course.reach(asked.steps, false);
  else if (lesson !== null && asked.play === true) await course.run();
}
