"""EcoSpold 2 documents, made in memory."""

from __future__ import annotations

NAMESPACE = ' xmlns="http://www.EcoInvent.org/EcoSpold02"'
UNDEFINED = "8b738ea0-f89e-4627-8679-433616064e82"


def attributes(values: dict[str, object]) -> str:
    return "".join(f' {key}="{value}"' for key, value in values.items())


def product(flow: str, group: str, amount: float | str | None = 1.0, unit: str = "kg", inside: str = "", **more) -> str:
    """An intermediate exchange; ``group`` is ``i5``, ``o0`` …; ``inside`` stands before the group."""
    side = "inputGroup" if group[0] == "i" else "outputGroup"
    given = {} if amount is None else {"amount": amount}
    start = attributes({"id": f"x-{flow}-{group}", "intermediateExchangeId": flow} | given | more)
    name = "" if inside.startswith("<name") else f'<name xml:lang="en">{flow} name</name>'
    told = f"<unitName>{unit}</unitName>" if unit else ""
    return f"<intermediateExchange{start}>{name}{told}{inside}<{side}>{group[1:]}</{side}></intermediateExchange>"


def nature(
    flow: str,
    group: str = "o4",
    amount: float | str = 1.0,
    unit: str = "kg",
    place: str = "air",
    inside: str = "",
    **more,
) -> str:
    side = "inputGroup" if group[0] == "i" else "outputGroup"
    start = attributes({"id": f"x-{flow}", "elementaryExchangeId": flow, "amount": amount} | more)
    compartment = f"<compartment><compartment>{place}</compartment><subcompartment>s</subcompartment></compartment>"
    return (
        f"<elementaryExchange{start}><name>{flow} name</name><unitName>{unit}</unitName>{inside}{compartment}"
        f"<{side}>{group[1:]}</{side}></elementaryExchange>"
    )


def activity(
    identifier: str,
    flow_data: str,
    *,
    model: str = "",
    child: bool = False,
    location: str = "CN",
    description: str = "",
    inside: str = "",
    administration: str = "",
    **more,
) -> str:
    """A data set; of the undefined system model unless ``model`` names another."""
    root = "childActivityDataset" if child else "activityDataset"
    start = attributes(
        {"id": identifier, "activityNameId": f"n-{identifier}", "type": 1, "specialActivityType": 0} | more
    )
    system = f'systemModelId="{"other" if model else UNDEFINED}"'
    return f"""<{root}><activityDescription><activity{start}><activityName xml:lang="en">{identifier} name</activityName>
{inside}</activity><geography geographyId="g"><shortname xml:lang="en">{location}</shortname></geography>{description}
</activityDescription><flowData>{flow_data}</flowData><modellingAndValidation><representativeness {system}>
<systemModelName xml:lang="en">{model or "Undefined"}</systemModelName></representativeness></modellingAndValidation>
<administrativeInformation>{administration}</administrativeInformation></{root}>"""


def spold(*datasets: str, namespace: str = NAMESPACE, encoding: str = "UTF-8") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<ecoSpold{namespace}>{"".join(datasets)}</ecoSpold>'
