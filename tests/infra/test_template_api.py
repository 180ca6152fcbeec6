"""The HTTP API that the template makes: routes, limits, what is logged, and the addresses that follow from it."""

from __future__ import annotations

import json

import pytest

from suitetoken.shared_names import CALLBACK_PATH
from tests.stacks.template import Deployed, deploy, read_document

ROUTE = "AWS::ApiGatewayV2::Route"
API = "<HttpApi.ApiEndpoint>"


@pytest.fixture
def deployed() -> Deployed:
    """Give a deployment with the prefix `pp`."""
    return deploy(Prefix="pp")


def test_routes(deployed: Deployed) -> None:
    """The API has these routes, and one for whatever else is asked for: each answer has our security headers."""
    routes = deployed.of_type("ApiGatewayV2::Route").values()
    assert sorted(route["RouteKey"] for route in routes) == [
        "$default",
        "GET /authorize/{link}",
        "GET /health",
        "GET /oauth/callback",
        "GET /result/{result}",
        "HEAD /authorize/{link}",
        "POST /authorize/{link}",
    ]
    assert {route["Target"] for route in routes} == {"integrations/<WebIntegration>"}


def test_routes_are_made_one_after_the_other() -> None:
    """API Gateway allows few such calls a second: one chain leads through all routes, and the stage is its end."""
    resources = read_document()["Resources"]
    chained = {name for name, it in resources.items() if it["Type"] in (ROUTE, "AWS::ApiGatewayV2::Stage")}
    chain = ["ApiStage"]
    while after := resources[chain[-1]].get("DependsOn"):
        chain.append(after)
    assert (len(chain), set(chain)) == (len(chained), chained)


def test_api_reaches_the_web_function_with_payload_2(deployed: Deployed) -> None:
    """The one integration is the web function as it is released, with the event shape that the handler reads."""
    (integration,) = deployed.of_type("ApiGatewayV2::Integration").values()
    assert integration["IntegrationUri"] == "<WebLive>"
    assert integration["PayloadFormatVersion"] == "2.0"


def test_api_is_throttled(deployed: Deployed) -> None:
    """A flood of requests is turned away before it reaches a function."""
    limits = deployed.properties["ApiStage"]["DefaultRouteSettings"]
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"] <= 100


def test_access_log_holds_no_secret(deployed: Deployed) -> None:
    """The access log has the route's key and never path, query, header or cookie: links and codes are secrets."""
    settings = deployed.properties["ApiStage"]["AccessLogSettings"]
    assert settings["DestinationArn"] == "<ApiAccessLog.Arn>"
    assert set(json.loads(settings["Format"]).values()) == {
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.routeKey",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationErrorMessage",
    }


def test_public_url_and_redirect_uri(deployed: Deployed) -> None:
    """The command reads the same origin that the functions have; the redirect URI is the one the broker sends."""
    parameter = deployed.properties["PublicUrlParameter"]
    assert (parameter["Name"], parameter["Type"], parameter["Value"]) == ("/pp/public-url", "String", API)
    assert deployed.outputs == {
        "RedirectUri": API + CALLBACK_PATH,
        "PublicUrl": API,
        "QueueUrl": "<RotateQueue>",
        "TopicArn": "<NoticesTopic>",
    }


def test_a_domain_of_ones_own_is_the_only_way_in() -> None:
    """Links, redirect URI and what the command reads follow it; the name that AWS gives is switched off."""
    deployed = deploy(DomainName="netsuite.example.com", CertificateArn="arn:cert")
    (domain,) = deployed.of_type("ApiGatewayV2::DomainName").values()
    assert domain["DomainNameConfigurations"] == [
        {"CertificateArn": "arn:cert", "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    ]
    assert deployed.properties["DomainMapping"]["DomainName"] == "<Domain>"
    assert deployed.properties["HttpApi"]["DisableExecuteApiEndpoint"] is True
    origin = "https://netsuite.example.com"
    assert deployed.properties["PublicUrlParameter"]["Value"] == deployed.outputs["PublicUrl"] == origin
    assert deployed.outputs["RedirectUri"] == origin + CALLBACK_PATH
    assert deployed.outputs["DomainTarget"] == "<Domain.RegionalDomainName>"
    for function in ("WebFunction", "RotateFunction"):
        variables = deployed.properties[function]["Environment"]["Variables"]
        assert variables["SUITETOKEN_PUBLIC_URL"] == origin
    assert deployed.of_type("Route53::RecordSet") == {}


def test_the_domain_s_record_is_made_in_its_zone() -> None:
    """An alias to the domain's own target, so that it follows when AWS moves it."""
    deployed = deploy(DomainName="netsuite.example.com", CertificateArn="arn:cert", HostedZoneId="Z123")
    (record,) = deployed.of_type("Route53::RecordSet").values()
    assert record["AliasTarget"] == {
        "DNSName": "<Domain.RegionalDomainName>",
        "HostedZoneId": "<Domain.RegionalHostedZoneId>",
    }
    assert (record["Name"], record["HostedZoneId"], record["Type"]) == ("netsuite.example.com", "Z123", "A")


def test_without_a_domain_there_is_none(deployed: Deployed) -> None:
    """AWS's own name stays on."""
    assert deployed.of_type("ApiGatewayV2::DomainName") == deployed.of_type("ApiGatewayV2::ApiMapping") == {}
    assert deployed.properties["HttpApi"]["DisableExecuteApiEndpoint"] is False
