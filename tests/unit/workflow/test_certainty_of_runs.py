"""How sure a run's accuracy is: from its evidence when a project is opened, and said when the run ends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from fakes.projects import run_sql

from tinylab.evaluation.intervals import AccuracyInterval
from tinylab.workflow.notices import NoticeAction, Notices, Tone
from tinylab.workflow.project.opening import load_project
from tinylab.workflow.training.result_notice import say_trained


def test_a_run_on_enough_takes_is_good_news_with_its_interval(trained_project: Path, tmp_path: Path) -> None:
    shutil.copy(trained_project, tmp_path / "copy.tinylab")
    loaded = load_project(tmp_path / "copy.tinylab")
    (run,) = loaded.runs
    assert run.test_takes == run.intervals["int8"].takes == 4
    notices = Notices()
    wide = AccuracyInterval(0.712, 0.924, "takes", 12)
    say_trained(notices, replace(run, intervals={"int8": wide}), NoticeAction("Evaluate", lambda: None))
    (notice,) = notices.shown
    assert notice.tone is Tone.GOOD
    assert notice.message.startswith("Trained: ")
    assert notice.hint.startswith("Its 95 % interval is 71.2 to 92.4 %, by 12 tested takes. ")
    loaded.contents.project.close()


def test_a_run_without_evidence_has_no_interval_and_says_so(trained_project: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.tinylab"
    shutil.copy(trained_project, path)
    run_sql(path, "DELETE FROM evidence", "DELETE FROM answers")
    loaded = load_project(path)
    (run,) = loaded.runs
    assert run.intervals == {}
    assert run.certainty.startswith("There is no interval: an older TinyLab kept none of the windows of this test.")
    assert run.figures().to_json()["interval"] == ""
    loaded.contents.project.close()
