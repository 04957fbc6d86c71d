package notify

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/redact"
)

// form returns the message as the JSON body for a service, with all known secrets removed.
func (m *Message) form(kind string) ([]byte, error) {
	var form any
	switch kind {
	case kindSlack:
		form = slackForm(m)
	case kindTeams:
		form = teamsForm(m)
	default:
		form = map[string]any{"schemaVersion": "1", "subject": m.Subject, "text": m.text(), "report": m.Facts}
	}
	body, err := json.Marshal(form)
	return []byte(redact.String(string(body))), err
}

// slackSection is the maximum length of a block in characters.
const slackSection = 3000

// slackForm returns a message for an incoming webhook. Slack does not interpret markup or
// mentions in plain_text blocks. In the text for notifications, the characters that start
// them are escaped.
// Source: docs.slack.dev, "Formatting message text" and "Text object".
func slackForm(m *Message) map[string]any {
	blocks := []any{map[string]any{"type": "header", "text": slackText(m.Subject, 150)}}
	for _, p := range m.paragraphs() {
		for _, part := range chunks(p, slackSection) {
			blocks = append(blocks, map[string]any{"type": "section", "text": slackText(part, slackSection)})
		}
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	return map[string]any{
		"text": escape.Replace(m.Subject), "blocks": blocks[:min(len(blocks), 50)],
		"mrkdwn": false, "link_names": false, "unfurl_links": false, "unfurl_media": false,
	}
}

func slackText(s string, limit int) map[string]any {
	return map[string]any{"type": "plain_text", "emoji": false, "text": cut(s, limit)}
}

// teamsForm returns an Adaptive Card for a workflow "when a Teams webhook request is
// received". Teams does not interpret Markdown in text runs, and mentions would need
// separate entities.
// Source: learn.microsoft.com, "Create incoming webhooks with Workflows"; Adaptive
// Cards, RichTextBlock.
func teamsForm(m *Message) map[string]any {
	body := []any{teamsText(m.Subject, true)}
	for _, p := range m.paragraphs() {
		for i, line := range strings.Split(p, "\n") {
			block := teamsText(line, false)
			if i > 0 {
				block["spacing"] = "None"
			}
			body = append(body, block)
		}
	}
	card := map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"msteams": map[string]any{"width": "Full"}, "body": body}
	return map[string]any{"type": "message", "attachments": []any{
		map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card},
	}}
}

func teamsText(line string, heading bool) map[string]any {
	run := map[string]any{"type": "TextRun", "text": cut(line, lineLimit)}
	if heading {
		run["weight"], run["size"] = "Bolder", "Medium"
	}
	return map[string]any{"type": "RichTextBlock", "inlines": []any{run}}
}

// chunks splits a paragraph between lines.
func chunks(paragraph string, limit int) []string {
	var all []string
	for line := range strings.SplitSeq(paragraph, "\n") {
		if n := len(all) - 1; n >= 0 && utf8.RuneCountInString(all[n])+utf8.RuneCountInString(line) < limit {
			all[n] += "\n" + line
			continue
		}
		all = append(all, line)
	}
	return all
}

// cut shortens a text to at most limit characters.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
