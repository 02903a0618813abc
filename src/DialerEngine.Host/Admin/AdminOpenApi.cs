using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DialerEngine.Host.Admin;

/// <summary>The OpenAPI document's head and its way of letting in.</summary>
internal static class AdminOpenApi
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "DialerEngine admin API";
        document.Info.Version = "v1";
        document.Info.Description = "Every address needs the bearer token except /health. Refusals are problem+json with a code.";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        return Task.CompletedTask;
    });
}
