package discordtest

// Intents is a set of gateway intents (docs: List of Intents).
type Intents uint64

const (
	intentGuilds          Intents = 1 << 0
	intentMessages        Intents = 1 << 9
	intentReactions       Intents = 1 << 10
	intentDirect          Intents = 1 << 12
	intentDirectReactions Intents = 1 << 13
	intentScheduled       Intents = 1 << 16

	allIntents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// The privileged intents, which are switched on in the developer portal.
const (
	GuildMembers   Intents = 1 << 1
	GuildPresences Intents = 1 << 8
	MessageContent Intents = 1 << 15
)

// Close codes of the gateway (docs: Gateway Close Event Codes).
const (
	closeUnknown          = 4000
	closeOpcode           = 4001
	closeDecode           = 4002
	closeNotAuthenticated = 4003
	closeToken            = 4004
	closeAuthenticated    = 4005
	closeSequence         = 4007
	closeRate             = 4008
	closeTimeout          = 4009
	closeShard            = 4010
	closeSharding         = 4011
	closeVersion          = 4012
	closeIntents          = 4013
	closeDisallowed       = 4014
)

// Opcodes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoice          = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalid        = 9
	opHello          = 10
	opAck            = 11
)
