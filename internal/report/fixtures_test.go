package report

import (
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// This file contains the reports that the tests write: a service principal whose secret
// has expired, with hostile names.

const (
	tenantID = "7d2c9b04-51e8-4f6a-b3d9-0a6f1c84e275"
	clientID = "c41f0e6b-8a27-4d35-9e50-63b7d9a2f118"
	spID     = "19ab74d3-2c6e-4b80-a5f1-d80e4c7392b6"
	oldKeyID = "e5026f9c-7b14-4a3d-8cd0-b9f36124a78e"
	newKeyID = "3f8d1a52-c609-4e7b-92f4-5ad0b7e8c163"
	traceID  = "80d41c7e-f3b2-46a9-a1c5-9e2b0f7d3a00"
)

func at(s string) *time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return &t
}

func header(s result.Status, code int) result.Header {
	return result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: *at("2026-03-10T08:15:00Z"), Status: s, ExitCode: code}
}

func target() result.Target {
	return result.Target{
		Tenant: new(tenantID), ClientID: new(clientID), Cloud: new("public"),
		AuthorityHost: new("https://login.microsoftonline.com"), GraphEndpoint: new("https://graph.microsoft.com"),
		Credential: &result.TargetCredential{Kind: "password", Origin: "environment AZURE_CLIENT_SECRET", Length: new(40), Hint: new("qT7")},
	}
}

func credentials() []result.Credential {
	return []result.Credential{
		{
			KeyID: new(oldKeyID), Kind: "password", StoredOn: "servicePrincipal", StartDateTime: at("2024-03-01T00:00:00Z"),
			EndDateTime: at("2026-03-01T00:00:00Z"), DaysLeft: new(-10), Status: result.Expired, Configured: new(true),
			LastUsedDateTime: at("2026-02-28T21:04:11Z"),
		},
		{
			KeyID: new("a9c35be1-40d7-4268-8f1b-27e6d09f4c5a"), Kind: "certificate", StoredOn: "application",
			DisplayName: new("CN=archiv.example 邮件归档 📦"), Hint: new("5B1E90C7D2F4A6387E0B9D1C42F83A65E7D0B914"),
			StartDateTime: at("2025-06-01T00:00:00Z"), EndDateTime: at("2026-03-31T12:00:00Z"), DaysLeft: new(21),
			Status: result.Expiring, Configured: new(false),
		},
		{
			KeyID: new(newKeyID), Kind: "password", StoredOn: "application", DisplayName: new("made by \x1b[31mMallory\u202e\nOK"),
			Hint: new("Zk4"), StartDateTime: at("2026-02-20T09:30:00Z"), EndDateTime: at("2028-02-20T09:30:00Z"), DaysLeft: new(712),
			Status: result.Valid, Configured: new(false),
		},
		{Kind: "federated", StoredOn: "application", DisplayName: new("build pipeline"), Status: result.NeverExpires},
		{
			KeyID: new("60e2d8f7-915c-4ba3-b7d4-f1c08e53a692"), Kind: "password", StoredOn: "application", Hint: new("m_2"),
			StartDateTime: at("2021-01-05T00:00:00Z"), EndDateTime: at("2023-01-05T00:00:00Z"), DaysLeft: new(-1160), Status: result.Expired,
		},
	}
}

func failing() *result.Diagnosis {
	return &result.Diagnosis{
		Header: header(result.Critical, 2),
		Target: target(),
		RootCause: &result.Cause{
			ID: "secret-superseded", Certainty: result.Proven,
			Summary:     summary(causes.SecretSuperseded),
			Explanation: msg.Literal("The sign-in service knows the tenant, the application and the value; only its end date has passed. The newer secret was added ten days before and nobody entered it in the product."),
			AADSTS: &result.AADSTS{
				Codes: []string{"7000222"}, Decisive: new("7000222"), TraceID: new(traceID),
				CorrelationID: new("4b6d92f0-1e75-4c3a-8a0d-c7e5f2b91d34"), Timestamp: at("2026-03-10T08:14:58Z"),
			},
			Evidence: []result.Evidence{
				{Claim: msg.Literal("The token endpoint refused the secret as expired"), Value: msg.Literal("AADSTS7000222"), Source: msg.Literal("error_codes of the answer")},
				{Claim: msg.Literal("The configured secret ended"), Value: msg.Literal("2026-03-01T00:00:00Z"), Source: msg.Literal("passwordCredentials of the service principal")},
			},
			Remedies: []result.Remedy{
				{
					Title: msg.Literal("Enter the value of the newer secret in the product; if nobody kept it, add one:"),
					Commands: []result.Command{
						{Shell: "sh", Command: "az ad app credential reset --id " + clientID + " --append \\\n  --display-name 'mail archive' --years 1"},
						{Shell: "powershell", Command: "Add-MgApplicationPassword -ApplicationId '…'"},
					},
					Link: new("https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials"),
				},
				{
					Title:    msg.Literal("Check that it signs in"),
					Commands: []result.Command{{Shell: "cmd", Command: "spcheck diagnose"}, {Shell: "powershell", Command: "spcheck diagnose"}},
				},
			},
		},
		Alternatives: []result.Cause{{
			ID: "secret-not-propagated", Certainty: result.Possible, Summary: summary(causes.SecretNotPropagated),
			Explanation: msg.Literal("Then the newer one is configured already."), Evidence: []result.Evidence{},
		}},
		Checks: []result.Check{
			{ID: "tenant", Title: msg.Literal("Tenant"), Status: result.Pass, Summary: msg.Literal("exists in the public cloud"), DurationMs: new(int64(84))},
			{ID: "clock", Title: msg.Literal("Clock"), Status: result.Warn, Summary: msg.Literal("40 seconds behind the server's")},
			{ID: "sign-in", Title: msg.Literal("Sign-in"), Status: result.Fail, Summary: msg.Literal("refused with AADSTS7000222"), DurationMs: new(int64(1210))},
			{ID: "roles", Title: msg.Literal("Token roles"), Status: result.CheckUnknown, Summary: msg.Literal("no token"), CausedBy: new("sign-in")},
			{ID: "users", Title: msg.Literal("Read users"), Status: result.CheckUnknown, Summary: msg.Literal("no token"), CausedBy: new("roles")},
			{ID: "lost", Title: msg.Literal("Lost"), Status: result.CheckUnknown, Summary: msg.Literal("its cause is not listed"), CausedBy: new("nowhere")},
			{ID: "audit", Title: msg.Literal("Audit log"), Status: result.Skipped, Summary: msg.Literal("not checked")},
			{ID: "log", Title: msg.Literal("Sign-in log"), Status: result.Skipped, Summary: msg.Literal("not checked")},
		},
		Credentials: credentials(),
	}
}

func healthy() *result.Diagnosis {
	return &result.Diagnosis{
		Header: header(result.OK, 0), Target: target(),
		Checks: []result.Check{
			{ID: "tenant", Title: msg.Literal("Tenant"), Status: result.Pass, Summary: msg.Literal("exists")},
			{ID: "sign-in", Title: msg.Literal("Sign-in"), Status: result.Pass, Summary: msg.Literal("works")},
			{ID: "end", Title: msg.Literal("End date"), Status: result.Pass},
			{ID: "log", Title: msg.Literal("Sign-in log"), Status: result.Skipped},
		},
		Credentials: credentials()[2:3],
	}
}

func failed() *result.Diagnosis {
	d := &result.Diagnosis{Header: header(result.Unknown, 3), Target: result.Target{ClientID: new("<your\x07 id>")}}
	d.Error = &result.Failure{Message: msg.Literal("the time limit was reached"), Hints: []msg.Text{msg.Literal("allow more time with --timeout, for example --timeout 2m")}}
	return d
}

func list() *result.SecretList {
	return &result.SecretList{
		Header: header(result.Critical, 2),
		ServicePrincipal: &result.ServicePrincipal{
			ID: spID, AppID: new(clientID), DisplayName: new("MailStoreSP"), Type: new("Application"), AccountEnabled: new(true),
		},
		Application: &result.Application{ID: "d7f3a906-68b1-4c2e-95ad-e02b4f719c83", DisplayName: new("MailStoreSP"), SignInAudience: new("AzureADMyOrg")},
		Credentials: credentials(),
		Notes:       []msg.Text{msg.Literal("When each key was last used could not be read: AuditLog.Read.All is missing.")},
	}
}

func emptyList() *result.SecretList {
	return &result.SecretList{
		Header:           header(result.Critical, 2),
		ServicePrincipal: &result.ServicePrincipal{ID: spID, Type: new("Legacy")},
	}
}

func explained() *result.Explanation {
	return &result.Explanation{Header: header(result.OK, 0), Matches: []result.Match{
		{
			Line: 12, Excerpt: "10.03.2026 09:14 AADSTS70002: Error validating credentials. AADSTS50012: Invalid client secret\x1b]0;x\x07 is provided.",
			FoundBy: "code", Decisive: new("50012"), AppID: new(clientID), TraceID: new(traceID), Timestamp: at("2026-03-10T08:14:58Z"),
			Codes: []result.Code{
				{Code: "70002", Name: "InvalidClient", Meaning: msg.Literal("The credentials were not accepted.")},
				{Code: "50012", Name: "AuthenticationFailed", Meaning: msg.Literal("The secret is wrong or has ended.")},
			},
			Causes: []result.RankedCause{
				{ID: "secret-wrong", Summary: msg.New("Entra refused the client secret: it is not one of the valid secrets of this application."), Remedy: msg.Literal("Enter it again.")},
				{ID: "secret-expired", Summary: summary(causes.SecretExpired)},
			},
			Notes: []msg.Text{msg.Literal("The text comes from a mail archive.")},
		},
		{Line: 40, Excerpt: "the provided client secret keys for app are expired", FoundBy: "wording", Codes: []result.Code{}, Causes: []result.RankedCause{}},
	}}
}

// summary returns the summary of a cause in both languages.
func summary(id causes.ID) msg.Text {
	c, _ := causes.Lookup(id)
	return c.Summary
}
