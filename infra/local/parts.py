"""What the twin runs, read from the made stack: functions, routes, the queue's mapping, the schedule."""

from __future__ import annotations

from dataclasses import dataclass

from local.functions.functions import FunctionSettings
from local.gateway.http_events import Route
from local.stack.intrinsics import TemplateError
from local.stack.stack import Made, Stack
from local.triggers.queue import Mapped
from local.triggers.schedule import parse_period


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The schedule: every how many seconds, which function, with which input, and whether it is switched on."""

    every: int
    function: str
    template_input: str
    enabled: bool


def read_functions(stack: Stack) -> dict[str, FunctionSettings]:
    """Return every function's settings by its name in AWS."""
    return {made.ref: _read_function(made) for made in stack.of_type("AWS::Lambda::Function")}


def read_routes(stack: Stack) -> list[Route]:
    """Return the HTTP API's routes with the function that each one's integration names."""
    return [_read_route(stack, made) for made in stack.of_type("AWS::ApiGatewayV2::Route")]


def read_mapping(stack: Stack, region: str) -> tuple[Mapped, str]:
    """Return the event source mapping and the name of its function."""
    made = stack.only("AWS::Lambda::EventSourceMapping")
    properties = made.properties
    arn = properties["EventSourceArn"]
    queue = next(queue for queue in stack.of_type("AWS::SQS::Queue") if queue.attributes["Arn"] == arn)
    mapped = Mapped(
        queue_url=queue.ref,
        queue_arn=arn,
        region=region,
        batch_size=int(properties["BatchSize"]),
        concurrency=int(properties["ScalingConfig"]["MaximumConcurrency"]),
        reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
    )
    return mapped, _function_of(str(properties["FunctionName"]))


def read_schedule(stack: Stack) -> Scheduled:
    """Return the schedule and what it invokes."""
    properties = stack.only("AWS::Scheduler::Schedule").properties
    target = properties["Target"]
    return Scheduled(
        every=parse_period(properties["ScheduleExpression"]),
        function=_function_of(target["Arn"]),
        template_input=target["Input"],
        enabled=properties.get("State", "ENABLED") == "ENABLED",
    )


def _read_function(made: Made) -> FunctionSettings:
    properties = made.properties
    return FunctionSettings(
        name=made.ref,
        arn=made.attributes["Arn"],
        handler=properties["Handler"],
        timeout=int(properties["Timeout"]),
        memory=int(properties["MemorySize"]),
        environment=properties.get("Environment", {}).get("Variables", {}),
    )


def _read_route(stack: Stack, made: Made) -> Route:
    integration = stack.resources[made.properties["Target"].removeprefix("integrations/")]
    settings = integration.properties
    if (settings["IntegrationType"], settings["PayloadFormatVersion"]) != ("AWS_PROXY", "2.0"):
        raise TemplateError(f"{integration.name}: only AWS_PROXY with payload format 2.0 is known here.")
    return Route(made.properties["RouteKey"], _function_of(settings["IntegrationUri"]))


def _function_of(arn: str) -> str:
    """Return a function's name from its ARN, or from that of an alias; here an alias leads to what there is."""
    return arn.rpartition("function:")[2].partition(":")[0]
