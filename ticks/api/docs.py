"""The description of the API, and pages that show it: for everybody, since they say nothing of what is stored."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The API in OpenAPI 3, as JSON or YAML."""

    # What a browser shows comes first.
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]
    throttle_scope = "history"


class DocsView(SpectacularSwaggerSplitView):
    """The API to read and to try out."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How scripts sign in."""

    target_class = "ticks.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        scheme: dict[str, str] = build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")
        return scheme
