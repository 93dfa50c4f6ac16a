"""A board as a process: it starts, is found, is flashed, suffers faults, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from virtual_host import Host, Start, counts_of, gaps_of, wait_until

from tinylab.errors import BoardError
from tinylab.link import wire
from tinylab.virtualboard.service.client import Control, start_virtual_board
from tinylab.virtualboard.service.registry import running_boards, runtime_dir
from tinylab.virtualboard.service.serialport import TcpPort

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def test_it_answers_streams_and_is_found(start: Start, image: Path) -> None:
    board = start("Anna", image=image)
    assert running_boards() == [board.board]
    with Host(board.board.serial_port) as host:
        assert host.ask(wire.HelloAsk(), wire.Hello).board_id == 2
        host.ask(wire.Start(100, 8, wire.FLAG_SAMPLES), wire.Ack)
        samples = host.samples(30)
    assert gaps_of(samples) == 0
    assert counts_of(samples).mean(axis=0) * 0.0039 == pytest.approx([0, 0, 1], abs=0.02)


def test_closing_leaves_nothing_behind(start: Start, image: Path) -> None:
    board = start("Anna", image=image)
    drive = board.board.drive
    assert (drive / "DETAILS.TXT").is_file()
    board.close()
    board.close()
    assert not board.alive
    assert running_boards() == []
    assert list(runtime_dir().iterdir()) == []
    assert not drive.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(start: Start, number: int) -> None:
    board = start("Anna")
    os.kill(board.board.pid, number)
    wait_until(lambda: not board.alive)
    assert list(runtime_dir().iterdir()) == []


def test_it_dies_with_its_parent() -> None:
    code = (
        "import os\nfrom tinylab.virtualboard.service.client import start_virtual_board\n"
        "print(start_virtual_board('orphan').board.pid, flush=True)\nos._exit(1)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    wait_until(lambda: list(runtime_dir().iterdir()) == [])


def test_a_killed_board_is_forgotten(start: Start) -> None:
    board = start("Anna")
    os.kill(board.board.pid, signal.SIGKILL)
    wait_until(lambda: not board.alive)
    assert running_boards() == []
    assert list(runtime_dir().glob("*.json")) == []


def test_an_image_that_is_none_is_reported_at_the_start(tmp_path: Path) -> None:
    bad = tmp_path / "bad.hex"
    bad.write_text("nonsense")
    with pytest.raises(BoardError, match="did not start"):
        start_virtual_board("Anna", image=bad)
    assert running_boards() == []


def test_an_empty_board_is_silent_until_it_is_flashed(start: Start, image: Path) -> None:
    board = start("Anna", fast=True)
    assert board.control.state()["flash"] == "empty"
    with Host(board.board.serial_port) as host:
        with pytest.raises(AssertionError):
            host.ask(wire.HelloAsk(), wire.Hello, timeout_s=0.2)
        dropped = board.board.drive / "firmware.hex"
        dropped.write_bytes(image.read_bytes())
        wait_until(lambda: not dropped.exists())
        assert host.ask(wire.HelloAsk(), wire.Hello).board_id == 2
    state = board.control.state()
    assert state["flash"] == "programmed"
    assert len(state["image_sha256"]) == 64


def test_a_bad_image_leaves_the_old_one_running(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    dropped = board.board.drive / "firmware.hex"
    dropped.write_bytes(image.read_bytes().replace(b":10", b":11", 1))
    wait_until(lambda: not dropped.exists())
    assert "cannot be decoded" in (board.board.drive / "FAIL.TXT").read_text(encoding="utf-8")
    with Host(board.board.serial_port) as host:
        assert host.ask(wire.HelloAsk(), wire.Hello).board_id == 2


def test_a_power_cut_while_flashing_leaves_a_board_that_can_be_flashed_again(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    board.control.power_cut_next_flash()
    (board.board.drive / "firmware.hex").write_bytes(image.read_bytes())
    wait_until(lambda: not board.control.state()["plugged"])
    assert running_boards() == []
    board.control.plug()
    state = board.control.state()
    assert state["flash"] == "damaged"
    with Host(state["serial_port"]) as host, pytest.raises(AssertionError):
        host.ask(wire.HelloAsk(), wire.Hello, timeout_s=0.2)
    dropped = board.board.drive / "firmware.hex"
    dropped.write_bytes(image.read_bytes())
    wait_until(lambda: not dropped.exists())
    with Host(state["serial_port"]) as host:
        assert host.ask(wire.HelloAsk(), wire.Hello).board_id == 2


def test_unplugging_takes_port_and_drive_away_until_it_is_plugged_in(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    with Host(board.board.serial_port) as host:
        host.ask(wire.HelloAsk(), wire.Hello)
        board.control.unplug()
        with pytest.raises(OSError):
            for _ in range(50):
                host.listen()
                host.send(wire.HelloAsk())
    assert not board.board.drive.exists()
    assert running_boards() == []
    board.control.plug()
    [again] = running_boards()
    with Host(again.serial_port) as host:
        assert host.ask(wire.HelloAsk(), wire.Hello).uptime_ms < 60_000


def test_a_recording_passes_through_sensor_firmware_and_wire(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True, odr_error=0.0)
    t = np.arange(1000) / 50
    motion = np.column_stack([np.sin(2 * np.pi * t), np.cos(2 * np.pi * t), 0.1 * t])
    with Host(board.board.serial_port) as host:
        host.ask(wire.Start(50, 8, wire.FLAG_SAMPLES), wire.Ack)
        board.control.play(motion, 50.0)
        samples = host.samples(990)
    assert gaps_of(samples) == 0
    felt = counts_of(samples) * 0.0039
    moved = felt[np.argmax(np.abs(felt[:, 1]) > 0.1) :][:900]
    expected = motion[: len(moved)]
    # Sampling begins at any moment between two samples of the recording.
    assert np.abs(moved - expected).max() < 0.15


def test_pose_gesture_and_rest(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    with Host(board.board.serial_port) as host:
        board.control.pose(1.0, 0.0, 0.0)
        host.ask(wire.Start(100, 4, wire.FLAG_SAMPLES), wire.Ack)
        assert counts_of(host.samples(10)).mean(axis=0) * 0.00195 == pytest.approx([1, 0, 0], abs=0.02)
        assert board.control.gesture("shake", 3) > 1
        assert np.abs(counts_of(host.samples(200)) * 0.00195).max() > 1.2
        wait_until(lambda: not board.control.state()["playing"])
        board.control.come_to_rest()
        assert board.control.gesture("a label of the user", 1) > 1


def test_faults_of_the_cable_and_the_sensor_show(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    still = np.tile([0.0, 0.0, 1.0], (50 * 60, 1))
    with Host(board.board.serial_port) as host:
        host.ask(wire.Start(100, 8, wire.FLAG_SAMPLES), wire.Ack)
        board.control.lose_bytes(200)
        board.control.flip_bits(3)
        board.control.play(still, 50.0, loop=True)
        samples = host.samples_until(lambda found: gaps_of(found) > 0 or found[0].sample_number > 0)
        host.samples_until(lambda _: host.reader.bad > 0)
        assert samples[-1].overruns == 0
        board.control.overrun(2.0)
        later = host.samples_until(lambda found: found[-1].overruns > 100)
        assert gaps_of(later) >= later[-1].overruns
        before = board.control.state()["virtual_s"]
        board.control.stall(0.2)
        going_on = host.samples_until(lambda _: board.control.state()["virtual_s"] > before + 0.2)
        assert gaps_of([later[-1], *going_on]) == 0


def test_a_fast_board_waits_for_a_host_that_does_not_read(start: Start, image: Path) -> None:
    board = start("Anna", image=image, fast=True)
    with Host(board.board.serial_port) as host:
        host.ask(wire.Start(400, 8, wire.FLAG_SAMPLES), wire.Ack)
        board.control.play(np.tile([0.0, 0.0, 1.0], (50 * 20, 1)), 50.0)
        wait_until(lambda: board.control.state()["unsent_bytes"] > 0)
        assert board.control.state()["playing"]
        assert gaps_of(host.samples(400 * 20)) == 0
    assert board.control.state()["dropped_bytes"] == 0


def test_the_control_channel_wants_its_token_and_survives_nonsense(start: Start) -> None:
    board = start("Anna")
    with Control(replace(board.board, token="wrong")) as stranger, pytest.raises(BoardError, match="token"):
        stranger.state()
    with socket.create_connection(("127.0.0.1", board.board.control_port)) as raw, raw.makefile("rwb") as lines:
        for nonsense in (b"{}", b"[1]", b"\xff\xfe", b'{"do": "play"}'):
            lines.write(nonsense + b"\n")
            lines.flush()
            assert json.loads(lines.readline())["ok"] is False
    with pytest.raises(BoardError, match="finite"):
        board.control.play([[0.0, 0.0, float("nan")]], 50.0)
    with pytest.raises(BoardError):
        board.control.stall(-1)
    assert board.control.state()["plugged"]


def test_a_dead_board_is_reported_by_its_control(start: Start) -> None:
    board = start("Anna")
    board.close()
    with pytest.raises(BoardError, match="does not answer"):
        board.control.state()


def test_shutdown_ends_it(start: Start) -> None:
    board = start("Anna")
    board.control.shutdown()
    wait_until(lambda: not board.alive)
    assert running_boards() == []
    assert list(runtime_dir().iterdir()) == []


def test_without_pseudo_terminals_there_is_loopback_tcp() -> None:
    port = TcpPort()
    try:
        with Host(port.address) as host:
            wait_until(lambda: port.read() == b"" and port.writers() != [])
            host.send(wire.HelloAsk())
            received = bytearray()

            def arrived() -> bool:
                received.extend(port.read())
                return bool(received)

            wait_until(arrived)
            port.unsent += bytes(received)
            port.flush()
            wait_until(lambda: host.listen() == [wire.HelloAsk()])
        wait_until(lambda: port.read() == b"" and port.writers() == [])
        assert port.address.startswith("socket://127.0.0.1:")
        assert not port.unsent
    finally:
        port.close()
