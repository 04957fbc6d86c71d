package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/redact"
)

func newMCPCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "mcp",
		Short: "Let an AI assistant use the read-only commands, over standard input and output",
		Long: `Serve the tools explain, diagnose, list_secrets, scan_summary and where to an AI
assistant over standard input and output, with the Model Context Protocol. They
change nothing, and no secret goes in or out: the credential comes from a profile or
the environment, as with the commands themselves.`,
		Example: `  spcheck mcp`,
		Args:    noArguments,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serveMCP(cmd.Context()) },
	}
}

// Limits in bytes: maxMessage for a message from the assistant, maxReport for a report
// to it.
const (
	maxMessage = 2 << 20
	maxReport  = 512 << 10
)

// instructions tell an assistant what the tools are for.
const instructions = `Find out why a Microsoft Entra service principal does not sign in. Start with explain
for an error message or a code, and with diagnose for a configured credential. Reports
state how certain each cause is: proven, likely or possible; pass this on, and do not
claim more. Never ask for a secret: it comes from the profile or the environment.
Commands under "remedies" are for a person to read and run.`

func (a *app) serveMCP(ctx context.Context) error {
	pause.Finish() // a call in progress ends through its own context
	server := mcp.NewServer(&mcp.Implementation{Name: "spcheck", Version: a.version.number},
		&mcp.ServerOptions{Instructions: instructions, Capabilities: &mcp.ServerCapabilities{}})
	a.addTools(server)
	err := server.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(a.in), Writer: unclosed{a.out}, MaxLineLength: maxMessage})
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx)
	case err != nil && !errors.Is(err, io.EOF):
		return fail.Unknown(msg.New("the connection to the assistant was lost"))
	}
	return nil
}

// unclosed wraps standard output, which only the process may close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

// Inputs of the tools. None takes the value of a secret, or the name of a file that
// contains one.
type (
	explainInput struct {
		Text string `json:"text" jsonschema:"error message, log lines or AADSTS codes"`
	}
	profileInput struct {
		Profile string `json:"profile,omitempty" jsonschema:"profile in the spcheck config file; without it, the environment is used"`
	}
	principalInput struct {
		profileInput
		SP string `json:"sp,omitempty" jsonschema:"service principal: display name, application ID or object ID"`
	}
	diagnoseInput struct {
		principalInput
		ErrorText string `json:"errorText,omitempty" jsonschema:"error message that the product shows"`
	}
	scanInput struct {
		profileInput
		Within string `json:"within,omitempty" jsonschema:"warning window, such as 30d"`
	}
	whereInput struct {
		principalInput
		Paths []string `json:"paths,omitempty" jsonschema:"files and folders to search"`
		In    []string `json:"in,omitempty" jsonschema:"other sources: environment, kubernetes[:[CONTEXT/]NAMESPACE], keyvault:VAULT, appservice[:GROUP[/APP]], functions[:GROUP[/APP]], containerapps[:GROUP[/APP]], github:OWNER/REPO, azure-pipelines:ORG/PROJECT"`
	}
)

// flags turns name-value pairs into arguments of the form name=value, so that no value
// is parsed as a flag.
func flags(pairs ...string) []string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, "--"+pairs[i]+"="+pairs[i+1])
		}
	}
	return list
}

func (in principalInput) flags() []string { return flags("profile", in.Profile, "sp", in.SP) }

func (a *app) addTools(s *mcp.Server) {
	read := func(name, title, description string) *mcp.Tool {
		no := false
		return &mcp.Tool{Name: name, Title: title, Description: description,
			Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, DestructiveHint: &no, IdempotentHint: true}}
	}
	mcp.AddTool(s, read("explain", "Explain an error", "Find errors of Microsoft Entra and of the programs around it in any text, and explain the cause of each and what to do. Works offline."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in explainInput) (*mcp.CallToolResult, any, error) {
			return a.tool(ctx, in.Text, "explain", "-")
		})
	mcp.AddTool(s, read("diagnose", "Diagnose a sign-in", "Find out why a configured credential does or does not sign in: root cause, certainty, evidence and remedies. Signs in once or twice, and reads Microsoft Graph."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in diagnoseInput) (*mcp.CallToolResult, any, error) {
			args := append([]string{"diagnose"}, in.flags()...)
			if in.ErrorText != "" {
				args = append(args, "--error-text=-")
			}
			return a.tool(ctx, in.ErrorText, args...)
		})
	mcp.AddTool(s, read("list_secrets", "List credentials", "List the passwords, certificates and federated credentials of a service principal and its application with their expiry dates, but without their values."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in principalInput) (*mcp.CallToolResult, any, error) {
			return a.tool(ctx, "", append([]string{"list-secrets"}, in.flags()...)...)
		})
	mcp.AddTool(s, read("where", "Find where a credential is configured", "Find the places that hold or name a credential of an application, in files, the environment and other sources. No values are shown or sent."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in whereInput) (*mcp.CallToolResult, any, error) {
			args := append([]string{"where"}, in.flags()...)
			for _, source := range in.In {
				args = append(args, "--in="+source)
			}
			return a.tool(ctx, "", append(append(args, "--"), in.Paths...)...)
		})
	mcp.AddTool(s, read("scan_summary", "Summarise a tenant", "Read every application and service principal of a tenant, and give counts and the findings that matter most."),
		func(ctx context.Context, _ *mcp.CallToolRequest, in scanInput) (*mcp.CallToolResult, any, error) {
			return a.scanSummary(ctx, append([]string{"scan"}, flags("profile", in.Profile, "within", in.Within)...)...)
		})
}

// tool runs a command with a JSON report. The result is a tool error if the command line is
// wrong, if there is no report, or if it is too large.
func (a *app) tool(ctx context.Context, stdin string, args ...string) (*mcp.CallToolResult, any, error) {
	var out, errOut bytes.Buffer
	code := a.inner(stdin, &out, &errOut).run(ctx, withOutput("json", args))
	switch {
	case code == fail.CodeUsage, out.Len() == 0:
		return nil, nil, errors.New(complaint(errOut.String()))
	case out.Len() > maxReport:
		return nil, nil, errors.New("the report is too large for an assistant; ask a person to run: spcheck " + args[0])
	}
	return nil, json.RawMessage(bytes.TrimSpace(out.Bytes())), nil
}

// withOutput inserts the output format before the arguments, because the last ones may
// be paths.
func withOutput(format string, args []string) []string {
	return append([]string{args[0], "--output=" + format}, args[1:]...)
}

// inner returns an app with the same environment but its own streams, none of which is
// a terminal.
func (a *app) inner(stdin string, out, errOut io.Writer) *app {
	return &app{in: strings.NewReader(stdin), out: redact.Writer(out), err: redact.Writer(errOut), env: a.env, environ: a.environ, now: a.now, version: a.version, garbage: a.garbage}
}

// complaint returns the standard error of a run without the prefix "spcheck:".
func complaint(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "spcheck: ", ""))
	if text == "" {
		return "error: there is no report"
	}
	return text
}
