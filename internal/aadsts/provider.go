package aadsts

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
)

// otherProviders are names of services with an OAuth of their own, long enough to be no part
// of other words in squashed text. Brokers, which pass on the answers of Entra and of others,
// are not among them.
var otherProviders = squashOnce(
	"google", "youtube", "gmail.com", "gmail api", "apple.com", "appleid", "Apple token", "Sign in with Apple", "facebook", "instagram", "whatsapp",
	"spotify", "discord", "twitch", "reddit", "twitter", "tiktok", "linkedin.com", "pinterest", "snapchat", "strava", "fitbit", "garmin", "withings", "myanimelist", "trakt",
	"dropbox", "hidrive", "evernote", "api.notion", "airtable", "clickup", "slack.com", "slack api", "slack_sdk", "slackbot", "zoom.us", "webex", "ringcentral", "calendly",
	"docusign", "hubspot", "mailchimp", "sendgrid", "twilio", "zoho", "pipedrive", "shopify", "stripe", "paypal", "klarna", "api.amazon", "amzn", "SellingPartner", "mercadolibre",
	"xero.com", "quickbooks", "truelayer", "gocardless", "battle.net", "blizzard",
	"okta", "auth0.com", "onelogin", "pingone", "pingfederate", "forgerock", "keycloak", "jumpcloud", "api.github.com", "github.com/login/oauth", "GitHub App", "orcid.org",
	"netatmo", "smartthings", "home connect", "viessmann", "kakao", "weixin", "wechat", "feishu", "dingtalk", "alipay", "baidu", "yandex", "apps script", "app_script", "App Store Connect", "intuit", "errorSummary\":",
)

// microsoftWords are words of Microsoft's services and libraries, and of brokers that may ask
// Entra.
var microsoftWords = squashOnce(
	"microsoft", "azure", "entra", "aadsts", "msal", "adal4j", "adal.", "office365", "office 365", "o365", "m365", "ms365", "outlook", "sharepoint", "onedrive", "exchange online",
	"windows.net", "graph api", "graph token", "ms graph", "msgraph", "intune", "powerbi", "power bi", "dataverse", "dynamics", "keycloak.broker", "identity provider", "tenant",
)

// tokenAddress matches the address of a token request, and captures its host.
var tokenAddress = lazyregexp.New(`(?i)https?:(?:\\?/){2}((?:[a-z0-9_-]+\.)+[a-z]{2,})(?::\d+)?\\?/[^\s"'<>?]{0,160}?(?:\btokens?\b|access_token|oauth2?\b)`)

// elsewhere reports whether the log record at a place is about the OAuth of another
// provider: it names one, the address of its token request, or its words, and nothing of
// Microsoft.
func (p *page) elsewhere(e *event) bool {
	record := decode(p.recordAround(p.window.base + int64(p.decoded.at[e.at]))).text
	words := squash(record).text
	if namesMicrosoft(words) || containsAny(words, microsoftWords()) {
		return false
	}
	return containsAny(words, otherProviders()) || asksOther(record) || describesOther(record)
}

// description matches what an OAuth answer says about its error, with its first word: in the
// answer itself, or as Go's library prints it.
var description = lazyregexp.New(`(?i)(?:error_description\\*["']?\s*[:=]|oauth2: \\*"[a-z_]+\\*")\s*\\*["']([a-z]+)[\w'-]* +\w+(?: value for\b)?`)

// describesOther reports whether a text has an OAuth answer in words that Entra does not use:
// its descriptions begin with a code, and those of its predecessors with another one or, for
// personal accounts, with “The provided value for”.
func describesOther(text []byte) bool {
	return slices.ContainsFunc(description().FindAllSubmatch(text, 4), func(found [][]byte) bool {
		first := strings.ToUpper(string(found[1]))
		return !strings.HasPrefix(first, "AAD") && first != "ACS" && !bytes.HasSuffix(found[0], []byte("provided value for"))
	})
}

// asksOther reports whether a text has the address of a token request to a public host that
// is not of Microsoft. A console may have broken the address across lines.
func asksOther(text []byte) bool {
	text = bytes.ReplaceAll(text, []byte{'\n'}, nil)
	return slices.ContainsFunc(tokenAddress().FindAllSubmatch(text, 4), func(found [][]byte) bool {
		host := strings.ToLower(string(found[1]))
		return !strings.HasSuffix(host, ".local") && !isModule(host)
	})
}
