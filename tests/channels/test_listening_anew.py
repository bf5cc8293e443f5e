"""What can be listened to is counted again when a recording comes or goes, and only then."""

from pathlib import Path

from channels.sound import voices
from grievance import mechanism, settings


def test_a_recording_that_comes_later_is_counted(tmp_path: Path) -> None:
    example, folder = mechanism.example(), tmp_path / "prompts" / "es"
    listen = voices.listener(settings.load({"GRIEVANCE_HOME": str(tmp_path)}))
    before = listen(example)

    folder.mkdir(parents=True)
    (folder / "month.1.mp3").write_bytes(b"a voice")
    after = listen(example)

    assert listen(example) is after
    assert after[0].recorded == before[0].recorded + 1
    assert after[1:] == before[1:]
