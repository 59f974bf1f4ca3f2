from workbench.workspace import Json


def faults(surface: str, payload: Json) -> tuple[str, ...]:
    return ()


def options_faults(payload: Json) -> tuple[str, ...]:
    return ()
