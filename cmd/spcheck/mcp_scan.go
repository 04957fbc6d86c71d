package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// mostFindings is the number of findings per severity in a summary.
const mostFindings = 20

// scanSummary is a scan for an assistant: the counts, and the most important findings.
type scanSummary struct {
	// Scan is the last line of the scan: status, totals and tenants.
	Scan     json.RawMessage   `json:"scan"`
	Findings []json.RawMessage `json:"findings"`
	// LeftOut counts the findings that are not in the list, by severity.
	LeftOut map[string]int `json:"leftOut"`
}

func (a *app) scanSummary(ctx context.Context, args ...string) (*mcp.CallToolResult, any, error) {
	var errOut bytes.Buffer
	lines := &findings{kept: map[string][]json.RawMessage{}, leftOut: map[string]int{}}
	a.inner("", lines, &errOut).run(ctx, withOutput("ndjson", args))
	if lines.closing == nil {
		return nil, nil, errors.New(complaint(errOut.String()))
	}
	s := scanSummary{Scan: lines.closing, Findings: []json.RawMessage{}, LeftOut: lines.leftOut}
	for _, severity := range []string{"critical", "warning", "info"} {
		s.Findings = append(s.Findings, lines.kept[severity]...)
	}
	return nil, s, nil
}

// findings reads a scan line by line and keeps the first findings of each severity. Its
// memory does not grow with the tenant.
type findings struct {
	line    []byte
	kept    map[string][]json.RawMessage
	leftOut map[string]int
	// closing is the last line, which has the totals.
	closing json.RawMessage
}

// Write implements io.Writer.
func (f *findings) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole {
			f.line = append(f.line, rest...)
			break
		}
		f.take(append(f.line, line...))
		f.line, rest = nil, after
	}
	return len(p), nil
}

func (f *findings) take(line []byte) {
	var x struct {
		Severity string          `json:"severity"`
		Totals   json.RawMessage `json:"totals"`
	}
	switch err := json.Unmarshal(line, &x); {
	case err != nil:
	case x.Totals != nil:
		f.closing = slices.Clone(line)
	case len(f.kept[x.Severity]) < mostFindings:
		f.kept[x.Severity] = append(f.kept[x.Severity], slices.Clone(line))
	default:
		f.leftOut[x.Severity]++
	}
}
