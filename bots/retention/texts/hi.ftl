# रिकॉर्ड बॉट जो कहता है, हिन्दी में। लिखने के नियम bridge/texts/en.ftl के आरंभ में हैं।

records-help =
    जुड़े हुए कक्षों में जो कहा जाता है, वह रिकॉर्ड में रखा जाता है, और अन्य कक्षों में भी जहाँ यह बताया गया है। किसी कक्ष के
    रिकॉर्ड की स्थिति `!records status` से मिलती है। रिकॉर्ड अधिकारियों के लिए: `!records search purpose: WHY; QUERY` से कही हुई
    बात मिलती है, `!records export room:!ROOM purpose: WHY` से वह प्रमाणों सहित सौंपी जाती है, `!records hold` उसे निपटान से रोकता है।
records-search-usage =
    `!records search purpose: WHY; QUERY` लिखें। प्रयोजन रिकॉर्ड में रहता है। खोज में शब्द, `"a phrase"`, `begin*`,
    `sender:@asha:nic.example`, `room:!ROOM`, `from:2026-01-31`, `to:2026-02-28`, `kind:message` (या `kind:file`,
    `kind:edit`, `kind:reaction`, `kind:state`) हो सकते हैं; सब बातें पूरी होनी चाहिए। `page:2` से अगले परिणाम मिलते हैं।
records-search-outside = खोज केवल उन संगठनों के लोगों के लिए है जो यहाँ जुड़े हैं।
records-search-private = जो मिला, वह एक निजी चैट में बताया जाता है, जो एन्क्रिप्टेड है। खोज और उसका प्रयोजन रिकॉर्ड में रहते हैं।
records-search-here = खोज और उसका प्रयोजन रिकॉर्ड में रहते हैं।

records-chat-left = आप इस बॉट के साथ की निजी चैट छोड़ चुके हैं। नई एन्क्रिप्टेड चैट शुरू करें और वहाँ पूछें।
records-chat-unencrypted =
    इस बॉट के साथ आपकी निजी चैट एन्क्रिप्टेड नहीं है, और जो मिला वह खुले में नहीं बताया जाता। उसकी सेटिंग में एन्क्रिप्शन चालू करें,
    या एन्क्रिप्टेड चैट शुरू करें, और फिर पूछें।
records-chat-others =
    इस बॉट के साथ आपकी निजी चैट में कोई और भी है या बुलाया गया है, और जो मिला वह केवल आपके लिए है। नई एन्क्रिप्टेड चैट शुरू करें और
    वहाँ पूछें।

records-query-empty = बताएँ कि क्या खोजना है: शब्द, `sender:` या `kind:`।
records-query-long = खोज में अधिक से अधिक { $characters } अक्षर और { $most } भाग हो सकते हैं।
records-query-short = { $beginning } से बहुत सारे शब्द शुरू होते हैं; कम से कम { $least } अक्षर दें।
records-query-many = { $most } से अधिक शब्द { $beginning } से शुरू होते हैं; और अक्षर दें।
records-query-sender = sender: के बाद पूरी Matrix आईडी दें, जैसे `@asha:nic.example`, न कि { $given }
records-query-room = room: के बाद कक्ष की आईडी दें, जो विस्मयादिबोधक चिह्न से शुरू होती है, न कि { $given }
records-query-day = from: और to: के बाद दिन दें, जैसे `2026-01-31`, न कि { $given }
records-query-kind = kind: इनमें से एक है: { $known }, न कि { $given }

records-search-none = { $query } के लिए कुछ नहीं मिला।
records-search-found = { $query } के लिए मिला, पृष्ठ { $page }, नया पहले:
records-search-more = और भी है: वही फिर पूछें, पीछे `page:` और { $page } लिखकर।
records-hit-room = कक्ष { $room }
records-hit-also = (यहाँ भी: { $rooms })
records-hit = **{ $when } { $sender }**: { $said }
records-hit-beside = { $when } { $sender }: { $said }
records-hit-file = ↳ फ़ाइल { $name } के पाठ में: { $said }

records-hold-usage =
    रिकॉर्ड अधिकारियों के लिए: `!records hold add matter: WHAT; authority: WHO ORDERED IT; reason: WHY; persons: @USER;
    rooms: !ROOM; words: WORDS; from: 2026-01-31; to: 2026-02-28` वह सब रोककर रखता है जिस पर दी गई सभी बातें पूरी उतरती हैं, पहले का भी
    और आगे का भी (कई व्यक्तियों, कक्षों या शब्दों में से कोई भी)। `!records hold list`, `!records hold release NUMBER reason: WHY`, और
    समाप्त होने तक `!records hold keep NUMBER reason: WHY`।
records-hold-added =
    रोक { $hold } लागू है, जो कहा गया और जो कहा जाएगा, दोनों के लिए। इसे हटाने के लिए दो अधिकारी चाहिए:
    `!records hold release { $hold } reason: WHY`।
records-hold-asked = आपने रोक { $hold } हटाने का अनुरोध किया है। जब तक दूसरा अधिकारी भी इसे न हटाए, यह लागू रहेगी।
records-hold-agreed =
    रोक { $hold } दो अधिकारियों ने हटाई है और { $until } तक लागू रहेगी। तब तक आप दोनों में से कोई भी इसे वापस ले सकता है:
    `!records hold keep { $hold } reason: WHY`।
records-hold-taken-back = रोक { $hold } हटाने का निर्णय वापस लिया गया। यह पहले की तरह लागू है।
records-hold-private = रोकें एक निजी चैट में बताई जाती हैं, जो एन्क्रिप्टेड है। आपने पूछा, यह रिकॉर्ड में रहता है।
records-hold-here = आपने पूछा, यह रिकॉर्ड में रहता है।

records-hold-key =
    रोक में matter:, authority:, reason: और persons:, rooms:, words:, from:, to: में से कम से कम एक होता है, हर एक एक बार, बीच में ;
    के साथ। यह उनमें से नहीं है या दो बार है: { $given }
records-hold-lacks = { $key } 1 से { $most } अक्षरों में बताएँ। यह मुहरबंद रखा जाता है।
records-hold-everything = बताएँ कि क्या रोककर रखना है: persons:, rooms:, words:, from: और to: में से कम से कम एक।
records-hold-backwards = from: का दिन to: के दिन के बाद का है।
records-hold-person = persons: के बाद पूरी Matrix आईडी दें, जैसे `@asha:nic.example`, न कि { $given }
records-hold-how-many = { $key } के बाद एक से { $most } तक दें।
records-hold-words = words: के बाद कोई शब्द नहीं है।
records-hold-unknown = आपके संगठन की कोई रोक { $hold } नहीं है। `!records hold list` बताता है कि कौन-सी हैं।
records-hold-same-person =
    रोक { $hold } हटाने का अनुरोध आपने ही किया है। दूसरे अधिकारी को भी, अपने खाते से, इसे हटाना होगा।
records-hold-cools-already = रोक { $hold } पहले ही हटाई जा चुकी है और उसकी प्रतीक्षा अवधि चल रही है।
records-hold-ended = रोक { $hold } समाप्त हो चुकी है। वही फिर रोकने के लिए नई जोड़ें।
records-hold-not-released = रोक { $hold } किसी ने नहीं हटाई है।
records-hold-not-yours = रोक { $hold } का हटाना वही वापस ले सकता है जिसने उसे हटाया। वही रोकने के लिए नई जोड़ें।
records-hold-meanwhile = अभी-अभी किसी और ने रोक { $hold } के साथ कुछ किया है। उसे फिर देखें।

records-hold-none = कुछ भी रोककर नहीं रखा गया है।
records-hold-order = **रोक { $hold }**: { $matter } । { $authority } के आदेश से; जोड़ने वाले { $by }, { $when }
records-hold-closed = **रोक { $hold }**: इसके शब्द खोले नहीं जा सकते; बाकी जो भी मेल खाता है, वह रोककर रखा है। जोड़ने वाले { $by }, { $when }
records-hold-persons = लिखने वाले: { $given }
records-hold-rooms = कक्ष: { $given }
records-hold-terms = शब्द: { $given }
records-hold-days = { $since } से { $until } तक
records-hold-holds = यह लागू है।
records-hold-is-asked =
    यह लागू है। { $by } ने इसे हटाने का अनुरोध किया है; दूसरा अधिकारी सहमति दे सकता है: `!records hold release { $hold } reason: WHY`।
records-hold-is-cooling =
    यह हटाई गई है और { $until } तक लागू है। `!records hold keep { $hold } reason: WHY` से यह वापस लिया जा सकता है।
records-hold-has-ended = यह समाप्त हो चुकी है, { $until }।
records-hold-more = और { $holds } पुरानी हैं; `setu records hold list` सब बताता है।

records-export-usage =
    रिकॉर्ड अधिकारियों के लिए: `!records export room:!ROOM purpose: WHY` से किसी कक्ष का रिकॉर्ड, प्रमाणों सहित, आपको सौंपा जाता है। purpose
    से पहले `from:2026-01-31`, `to:2026-02-28`, `person:@asha:nic.example` और `format:html,csv` (`jsonl,html,eml,csv,pdf` में से) दे सकते हैं; उसके बाद, अर्धविराम के पीछे, खोज जैसे शब्द। `!records export` बताता है कि आपके निर्यात किस स्थिति में हैं,
    `!records export cancel NUMBER` किसी को रद्द करता है। प्रयोजन रिकॉर्ड में रहता है।
records-export-outside = निर्यात केवल उन संगठनों के लोगों के लिए हैं जो यहाँ जुड़े हैं।
records-export-private = उत्तर आपको एक निजी चैट में मिलता है, जो एन्क्रिप्टेड है। हर निर्यात और उसका प्रयोजन रिकॉर्ड में रहते हैं।
records-export-here = हर निर्यात और उसका प्रयोजन रिकॉर्ड में रहते हैं।
records-export-asked =
    कक्ष { $room } का निर्यात { $export } माँग लिया गया है। तैयारी शुरू होने पर आपको यहीं बताया जाएगा, और वह यहीं सौंपा जाएगा।
records-export-cancelled = निर्यात { $export } रद्द कर दिया गया।
records-export-none = आपने अभी तक कोई निर्यात नहीं माँगा है।

records-export-option =
    purpose: से पहले room:, from:, to:, person: और format: होते हैं, हर एक एक बार, और मान ठीक कोलन के बाद। यह उनमें से नहीं है या दो
    बार है: { $given }
records-export-backwards = from: का दिन to: के दिन के बाद का है।
records-export-person = person: के बाद पूरी Matrix आईडी दें, जैसे `@asha:nic.example`, न कि { $given }
records-export-format = format: में { $known } में से, बीच में अल्पविराम के साथ, दें, न कि { $given }
records-export-no-folder =
    चैट में कोई निर्यात नहीं सौंपा जा सकता, क्योंकि विन्यास में `media.folder` नहीं दिया गया है, जहाँ वह मुहरबंद प्रतीक्षा करता। कोई प्रशासक
    फ़ोल्डर बता सकता है, या टर्मिनल पर निर्यात कर सकता है: `setu records export`।
records-export-nothing =
    उस कक्ष का ऐसा कुछ भी रिकॉर्ड में नहीं है जो आपके होमसर्वर से देखा गया हो। कक्ष की सेटिंग में आईडी देखें।
records-export-one =
    निर्यात { $export } चल रहा है, और एक अधिकारी का एक समय में एक ही होता है। उसके पूरा होने की प्रतीक्षा करें, या उसे रद्द करें:
    `!records export cancel { $export }`।
records-export-unknown = आपका कोई निर्यात { $export } नहीं है। `!records export` बताता है कि कौन-से हैं।
records-export-over = निर्यात { $export } पहले ही समाप्त हो चुका है।
records-export-too-late = निर्यात { $export } आपके पास पहुँचने वाला है, और अब रद्द नहीं हो सकता।

records-export-line = **निर्यात { $export }**, कक्ष { $room }, { $when } पर माँगा गया ({ $purpose }): { $standing }
records-export-waits = अपनी बारी की, या आपके होमसर्वर की, प्रतीक्षा में है।
records-export-prepares = तैयार किया जा रहा है।
records-export-counts = तैयार किया जा रहा है; { $selected } में से { $written } रिकॉर्ड लिखे जा चुके हैं।
records-export-on-its-way = तैयार है, और आपके पास आ रहा है।
records-export-stuck = तैयार है, पर अभी सौंपा नहीं जा सकता:
records-export-handed-over = सौंप दिया गया।
records-export-came-to-nothing = नहीं बन सका:
records-export-cancelled-before = रद्द किया गया।

records-export-begun = कक्ष { $room } का निर्यात { $export } तैयार किया जा रहा है।
records-export-failed = कक्ष { $room } का **निर्यात { $export }** नहीं बन सका:
records-export-terminal = कोई प्रशासक इसे टर्मिनल पर बना सकता है: `{ $command }`
records-export-is-stuck =
    आपका **निर्यात { $export }** तैयार है, पर अभी सौंपा नहीं जा सकता। वह { NUMBER($days, maximumSignificantDigits: 3) } दिन तक मुहरबंद रखा
    जाता है, और बाधा दूर होने पर सौंप दिया जाएगा। कारण:
records-export-done = कक्ष { $room } का **निर्यात { $export }** आगे है।
records-export-holds =
    रिकॉर्ड: { $records }; उनके बारे में तथ्य: { $facts }; संदेशों की फ़ाइलें: { $files } (उपलब्ध नहीं: { $missing }); जो प्रविष्टियाँ पढ़ी नहीं
    जा सकीं, हर एक कारण सहित: { $unread }. रूप: { $forms }.
records-export-parts = यह { $parts } फ़ाइलों में है, हर एक पूरी ZIP है: सबको एक ही फ़ोल्डर में खोलें।
records-export-part = { $name } का SHA-256 { $sha256 } है
records-export-verify =
    सत्यापन के लिए इसे खोलें और `python verify.py . --key KEY` चलाएँ, लॉग की उस कुंजी के साथ जो प्रशासक बताते हैं। लॉग में यह निर्यात { $export }
    है। सेतु कोई प्रति नहीं रखता; जो आप खोलते हैं वह खुले में है, इसलिए उसे उसकी सामग्री के अनुसार सुरक्षित रखें।
records-export-read = पढ़ने के लिए, खोलने के बाद, `index.html` देखें।

records-export-too-many =
    इसमें { $selected } रिकॉर्ड होते, और चैट में एक निर्यात में अधिक से अधिक { $most } होते हैं। `from:`, `to:`, `person:` या शब्दों से कम
    माँगें, या एक-एक महीना करके।
records-export-too-large =
    इसकी एक फ़ाइल { NUMBER($mebibytes, maximumSignificantDigits: 3) } MiB से बड़ी है, और आपका होमसर्वर इससे अधिक नहीं लेता। `from:` और
    `to:` से कम माँगें।
records-export-many-parts =
    आपका होमसर्वर एक बार में इतना कम लेता है कि यह { $parts } फ़ाइलों में आता, और यह अधिक से अधिक { $most } में आ सकता है। `from:` और
    `to:` से कम माँगें।
records-export-no-pdf = इस संस्थापन पर PDF नहीं बन सकता। `pdf` के बिना फिर माँगें; HTML पृष्ठ छापे जा सकते हैं।
records-export-query = खोज में दिए गए आरंभ से बहुत सारे शब्द शुरू होते हैं। उसके और अक्षर देकर फिर माँगें।
records-export-disk =
    जिस फ़ोल्डर में यह लिखा जाता है, वह काम का नहीं है: { $why }. किसी प्रशासक को बताएँ, जो `bots.retention.export.folder` और `media.folder`
    में जगह बनाए; फिर माँगें।
records-export-not-whole =
    यह पूरा नहीं है या इसका सत्यापन नहीं होता, और सौंपा नहीं जाता। किसी प्रशासक को बताएँ, जो `setu records verify` चलाए; वह बताता है कि
    क्या गड़बड़ है।
records-export-crashed =
    तैयारी बार-बार बीच में टूट गई। किसी प्रशासक को बताएँ, जो कार्यक्रम के लॉग में कारण देखे; फिर माँगें।
records-export-refused =
    आपका होमसर्वर इसे नहीं लेता: { $why }. किसी प्रशासक को बताएँ, जो इसे ठीक करे और `setu retry` चलाए।
records-export-gone =
    इसकी फ़ाइलें अब `media.folder` में नहीं हैं। `!records export cancel NUMBER` से इसे रद्द करें, और फिर माँगें।
records-export-no-role = अब कोई सूची यह नहीं कहती कि आप रिकॉर्ड अधिकारी हैं।
records-export-expired =
    इसे { NUMBER($days, maximumSignificantDigits: 3) } दिन तक सौंपा नहीं जा सका, और अब यह नहीं रखा जाता। फिर माँगें।

## चेतावनियाँ, प्रशासकों के लिए उनके कक्ष में

record-log-broken =
    { $organisation } के अभिलेख का लॉग वैसा नहीं है जैसा उसके विषय में हस्ताक्षरित किया गया था, और अब किसी जाँच-बिंदु पर हस्ताक्षर नहीं किए जाते।
    `setu records verify` चलाएँ, जो पंक्तियाँ बताता है, और जाँच-बिंदुओं की फ़ाइलें सुरक्षित रखें।
record-not-signed =
    अभिलेख के किसी जाँच-बिंदु पर हस्ताक्षर नहीं हो रहे और उसकी जाँच भी नहीं हो रही, क्योंकि यह काम विफल हो रहा है: { $reason }।
    `setu records verify` चलाएँ, जो बताता है कि क्या पढ़ा नहीं जा सकता।
record-row-changed =
    { $organisation } का अभिलेख वैसा नहीं है जैसा दर्ज किया गया था: { $row }: { $what }{ $leaf ->
        [-1] ।
       *[other] {" "}(पत्ता { $leaf })।
    } जब तक ऐसा है, जिस पर अभी हस्ताक्षर नहीं हुए, उस पर हस्ताक्षर नहीं किए जाते।
    `setu records verify` चलाएँ, जो ऐसी हर पंक्ति बताता है, और जाँच-बिंदुओं की फ़ाइलें सुरक्षित रखें।
record-no-media-folder =
    रिकॉर्ड किए जाने वाले कक्षों की फ़ाइलें नहीं रखी जा रहीं, क्योंकि विन्यास में `media.folder` नहीं दिया गया है। कोई फ़ोल्डर बताएँ, तो जो
    फ़ाइलें अब भी उपलब्ध हैं, वे ले ली जाएँगी।
record-no-timestamp = समय-मुद्रा प्राधिकरण ने अभी जाँच-बिंदुओं की पुष्टि नहीं की है: { $reason }

records-begins =
    अब से इस कक्ष में जो कहा जाता है, उसे **{ $organisation }** रिकॉर्ड में रखता है, और पहले कही गई बातें भी, जहाँ तक वे ज्ञात हैं।
    `!records status` से और जानकारी मिलती है।
records-welcome =
    आप कक्ष { $room } में सम्मिलित हुए हैं। वहाँ जो कहा जाता है, उसे **{ $organisation }** रिकॉर्ड में रखता है, और मिटाने पर भी वह
    रिकॉर्ड में रहता है। और जानने के लिए उस कक्ष में `!records status` लिखें।
records-status = { $entries ->
        [one] यह कक्ष { $since } से **{ $organisation }** के रिकॉर्ड में है; { $entries } प्रविष्टि है।
       *[other] यह कक्ष { $since } से **{ $organisation }** के रिकॉर्ड में है; { $entries } प्रविष्टियाँ हैं।
    }
records-status-gaps = { $gaps ->
        [0] कुछ भी छूटा नहीं है।
        [one] { $gaps } प्रविष्टि पढ़ी नहीं जा सकी या छूटी हुई है; वह कौन-सी है, यह ज्ञात है।
       *[other] { $gaps } प्रविष्टियाँ पढ़ी नहीं जा सकीं या छूटी हुई हैं; वे कौन-सी हैं, यह ज्ञात है।
    }
records-status-signed = रिकॉर्ड पर अंतिम बार { $at } पर हस्ताक्षर हुए: उसके बाद का कोई भी बदलाव पकड़ में आता है।
records-status-ask = किससे पूछें: { $contact }
records-status-whom = इसके बारे में प्रश्नों के उत्तर आपके संगठन के रिकॉर्ड अधिकारी देते हैं।
records-status-soon = यह कक्ष **{ $organisation }** के रिकॉर्ड में है; अभी कोई प्रविष्टि नहीं है।
records-status-not = यह कक्ष रिकॉर्ड में नहीं है। `!records status` उसी कक्ष के बारे में बताता है जिसमें वह लिखा जाए।

records-timer =
    इस कक्ष में एक टाइमर लगाया गया है, जिसके बाद संदेश ग़ायब हो जाते हैं। वे रिकॉर्ड में रहते हैं। सरकारी बातें ग़ायब नहीं होनी
    चाहिए: कोई मॉडरेटर कक्ष की सेटिंग में टाइमर हटा सकता है।
records-timer-back =
    इस कक्ष में एक टाइमर लगाया गया, जिसके बाद संदेश ग़ायब हो जाते हैं। उसे पहले जैसा कर दिया गया है; रिकॉर्ड में सब कुछ रहता है।
records-timer-no-power =
    इस कक्ष में एक टाइमर लगाया गया है, जिसके बाद संदेश ग़ायब हो जाते हैं। उसे पहले जैसा नहीं किया जा सकता, क्योंकि इस बॉट को यह
    अधिकार नहीं है। संदेश रिकॉर्ड में रहते हैं; कोई मॉडरेटर टाइमर हटा सकता है।
records-timer-stays =
    इस कक्ष में फिर एक टाइमर लगाया गया है, जिसके बाद संदेश ग़ायब हो जाते हैं। अब उसे वैसा ही छोड़ा जाता है, और किसी प्रशासक को बता
    दिया गया है। संदेश रिकॉर्ड में रहते हैं।
records-timer-message =
    इस कक्ष में ऐसे संदेश भेजे जा रहे हैं जो कुछ समय बाद ग़ायब हो जाएँगे। वे रिकॉर्ड में रहते हैं। यह दिन में एक बार बताया जाता है।

records-timer-fight =
    { $homeserver } के कक्ष { $room } में कोई बार-बार टाइमर लगा रहा है, जिसके बाद संदेश ग़ायब हो जाते हैं। उसे एक दिन में { $times }
    बार पहले जैसा किया गया, और अब वह लगा हुआ है। संदेश रिकॉर्ड में रहते हैं; कक्ष के मॉडरेटरों से बात करें।
